/// Memory for the books: slabs, magazines, states of caches. Records of a few sizes in wired pages; a page whose
/// records are all free goes back at once.
///
/// The free list of a page is in the page, whose only other contents are books. Under the lock of the pools, but for
/// getting and giving back the pages.
@safe
struct Books {
  /// At the start of a page of records.
  @safe
  struct Page {
    var next: UnsafeMutablePointer<Page>?
    var previous: UnsafeMutablePointer<Page>?
    /// First free record, whose first word is the next.
    var free: UnsafeMutableRawPointer?
    var used: Int
  }

  /// Bytes of each size of record: what a page has behind its head, divided evenly, 3 to 126 times.
  static func size(_ size: Int) -> Int {
    switch size {
    case 0: 32
    case 1: 48
    case 2: 64
    case 3: 96
    case 4: 128
    case 5: 192
    case 6: 256
    case 7: 384
    case 8: 576
    default: 1008
    }
  }

  static var sizes: Int { 10 }

  /// The number of the smallest size that holds `bytes`; nil if that takes whole pages.
  static func sizeNumber(_ bytes: Int) -> Int? {
    for number in 0..<sizes where size(number) >= bytes { return number }
    return nil
  }

  static func pages(_ bytes: Int) -> Int { (bytes + (PageSource.pageSize - 1)) / PageSource.pageSize }

  /// Pages with a free record, by size.
  private var heads = unsafe InlineArray<10, UnsafeMutablePointer<Page>?>(repeating: nil)
  /// Pages of records, whole ones included.
  var pageCount = 0
  /// Bytes of records in use.
  var bytesInUse = 0

  mutating func take(_ number: Int) -> UnsafeMutableRawPointer? {
    guard let page = unsafe heads[number], let record = unsafe page.pointee.free else { return nil }
    unsafe page.pointee.free = record.load(as: UnsafeMutableRawPointer?.self)
    unsafe page.pointee.used += 1
    if unsafe page.pointee.free == nil { unsafe unlink(page, number) }
    bytesInUse += Self.size(number)
    return unsafe record
  }

  /// Cuts a page into records.
  mutating func adopt(_ base: UnsafeMutableRawPointer, _ number: Int) {
    let page = unsafe base.bindMemory(to: Page.self, capacity: 1)
    unsafe page.initialize(to: Page(next: nil, previous: nil, free: nil, used: 0))
    let size = Self.size(number)
    let count = (PageSource.pageSize - Self.headSize) / size
    for index in stride(from: count - 1, through: 0, by: -1) {
      let record = unsafe base + Self.headSize + index * size
      unsafe record.storeBytes(of: page.pointee.free, as: UnsafeMutableRawPointer?.self)
      unsafe page.pointee.free = unsafe record
    }
    pageCount += 1
    unsafe link(page, number)
  }

  private static var headSize: Int { 32 }

  /// Takes a record back; its page if that has no other in use.
  mutating func put(_ record: UnsafeMutableRawPointer, _ number: Int) -> UnsafeMutableRawPointer? {
    let base = unsafe UnsafeMutableRawPointer(bitPattern: UInt(bitPattern: record) & ~0xFFF)
    let page = unsafe base.unsafelyUnwrapped.assumingMemoryBound(to: Page.self)
    let wasFull = unsafe page.pointee.free == nil
    unsafe record.storeBytes(of: page.pointee.free, as: UnsafeMutableRawPointer?.self)
    unsafe page.pointee.free = unsafe record
    unsafe page.pointee.used -= 1
    bytesInUse -= Self.size(number)
    if unsafe page.pointee.used == 0 {
      if !wasFull { unsafe unlink(page, number) }
      pageCount -= 1
      return unsafe base
    }
    if wasFull { unsafe link(page, number) }
    return nil
  }

  private mutating func link(_ page: UnsafeMutablePointer<Page>, _ number: Int) {
    let head = unsafe heads[number]
    unsafe page.pointee.next = head
    unsafe page.pointee.previous = nil
    if let head = unsafe head { unsafe head.pointee.previous = page }
    unsafe heads[number] = unsafe page
  }

  private mutating func unlink(_ page: UnsafeMutablePointer<Page>, _ number: Int) {
    let (next, previous) = unsafe (page.pointee.next, page.pointee.previous)
    if let next = unsafe next { unsafe next.pointee.previous = previous }
    if let previous = unsafe previous {
      unsafe previous.pointee.next = next
    } else {
      unsafe heads[number] = next
    }
  }
}
