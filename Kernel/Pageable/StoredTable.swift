/// A table of values in storage that was handed in; the index is checked.
///
/// Having one means: the storage holds `count` initialised values, aligned, and is nobody else's.
@safe
struct StoredTable<Element> {
  private let base: UnsafeMutablePointer<Element>
  let count: Int

  /// Bytes that a table takes, alignment to 8 included.
  static func byteCount(_ count: Int) -> Int { (MemoryLayout<Element>.stride * count + 7) & ~7 }

  /// Makes a table of `count` times `value` at `place`, aligned to 8.
  @unsafe init(at place: UnsafeMutableRawPointer, count: Int, repeating value: Element) {
    unsafe base = place.bindMemory(to: Element.self, capacity: count)
    unsafe base.initialize(repeating: value, count: count)
    self.count = count
  }

  /// A table over memory that holds its values already.
  @unsafe init(over place: UnsafeMutableRawPointer, count: Int) {
    unsafe base = place.assumingMemoryBound(to: Element.self)
    self.count = count
  }

  @inline(__always)
  subscript(index: Int) -> Element {
    // Sound by the check and by what having a table means.
    unsafeAddress {
      precondition(index >= 0 && index < count)
      return unsafe UnsafePointer(base + index)
    }
    nonmutating unsafeMutableAddress {
      precondition(index >= 0 && index < count)
      return unsafe base + index
    }
  }
}
