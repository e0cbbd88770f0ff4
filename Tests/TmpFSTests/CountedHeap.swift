import TmpFS

/// Objects from the heap, each known by kind, full of junk when handed out and when taken back; fails on demand.
final class CountedHeap: ObjectSource {
  private(set) var live: [UnsafeMutableRawPointer: ObjectKind] = [:]
  /// The allocation that fails next, counted from 1; 0 for none.
  var failing = 0
  private(set) var complaint: String?

  func allocate(_ kind: ObjectKind) -> UnsafeMutableRawPointer? {
    if failing > 0 {
      failing -= 1
      if failing == 0 { return nil }
    }
    let object = UnsafeMutableRawPointer.allocate(byteCount: kind.size, alignment: 8)
    object.initializeMemory(as: UInt8.self, repeating: 0xDB, count: kind.size)
    live[object] = kind
    return object
  }

  func free(_ object: UnsafeMutableRawPointer, _ kind: ObjectKind) {
    if live.removeValue(forKey: object) != kind { complaint = "freed as \(kind) what is not" }
    object.initializeMemory(as: UInt8.self, repeating: 0xDE, count: kind.size)
    object.deallocate()
  }

  deinit {
    for (object, _) in live { object.deallocate() }
  }
}
