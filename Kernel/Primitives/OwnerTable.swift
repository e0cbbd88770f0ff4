/// The names behind `Owner` numbers: NUL-terminated bytes, packed one after the other into storage that was
/// handed in.
///
/// A name is added once and never removed, so that an `Owner` stays valid as long as the table. Registering a
/// name that is already there answers the number that it has: O(bytes in use). A table that is full answers
/// `nil` and keeps what it has. The caller serialises `register`; reading needs no lock, for bytes once
/// written never change.
@safe
public struct OwnerTable {
  private let bytes: UnsafeMutableRawBufferPointer
  private var used = 0
  /// How many names there are; they are numbered from 1.
  public private(set) var count: UInt16 = 0

  /// Makes an empty table in `storage`, which must outlive it and every copy of it.
  public init(storage: UnsafeMutableRawBufferPointer) {
    unsafe bytes = storage
  }

  /// The number of `name`, which is given one if it has none yet; `nil` if the storage is full.
  public mutating func register(_ name: StaticString) -> Owner? {
    precondition(name.hasPointerRepresentation)
    return unsafe register(UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
  }

  /// As above, for bytes that need not stay: they are copied up to the first NUL.
  public mutating func register(_ name: UnsafeBufferPointer<UInt8>) -> Owner? {
    var length = 0
    while length < name.count, unsafe name[length] != 0 { length += 1 }
    if let known = unsafe find(name, length) { return known }
    guard count < .max, unsafe bytes.count - used > length else { return nil }
    for offset in 0..<length { unsafe bytes[used + offset] = unsafe name[offset] }
    unsafe bytes[used + length] = 0
    used += length + 1
    count += 1
    return Owner(rawValue: count)
  }

  /// Calls `body` with the bytes of the owner's name, without the NUL; with no bytes if it has no name here.
  public func withName<Result>(of owner: Owner, _ body: (Span<UInt8>) -> Result) -> Result {
    let start = offset(of: owner)
    let length = start.map { lengthOfName(at: $0) } ?? 0
    let name = unsafe UnsafeRawBufferPointer(rebasing: bytes[(start ?? 0)..<((start ?? 0) + length)])
    return unsafe name.withMemoryRebound(to: UInt8.self) { unsafe body($0.span) }
  }

  private func offset(of owner: Owner) -> Int? {
    guard owner != .none, owner.rawValue <= count else { return nil }
    var offset = 0
    for _ in 1..<owner.rawValue { offset += lengthOfName(at: offset) + 1 }
    return offset
  }

  private func lengthOfName(at offset: Int) -> Int {
    var length = 0
    while unsafe bytes[offset + length] != 0 { length += 1 }
    return length
  }

  private func find(_ name: UnsafeBufferPointer<UInt8>, _ length: Int) -> Owner? {
    var offset = 0
    var number: UInt16 = 0
    while number < count {
      number += 1
      let size = lengthOfName(at: offset)
      if size == length, unsafe matches(name, at: offset, length) { return Owner(rawValue: number) }
      offset += size + 1
    }
    return nil
  }

  private func matches(_ name: UnsafeBufferPointer<UInt8>, at offset: Int, _ length: Int) -> Bool {
    for index in 0..<length where unsafe bytes[offset + index] != name[index] { return false }
    return true
  }
}
