import CHooks

/// Memory from `tessera_page_alloc`, chained through its first words so that it can be given back.
@safe
struct PageChain {
  /// What a block starts with.
  @unsafe
  struct Header {
    let next: UnsafeMutableRawPointer?
    let size: Int
  }

  private var first: UnsafeMutableRawPointer?

  init() {}

  /// A chain of one block, which the chain's owner lives in himself.
  init(_ block: UnsafeMutableRawBufferPointer) { unsafe add(block) }

  /// Whole pages that have `bytes` besides their header; `nil` if the kernel has none. Without the header.
  static func allocate(_ bytes: Int, maySleep: Bool) -> UnsafeMutableRawBufferPointer? {
    let page = Int(TESSERA_PAGE_SIZE)
    let size = unsafe (bytes + MemoryLayout<Header>.stride + page - 1) & ~(page - 1)
    guard let block = unsafe tessera_page_alloc(size, maySleep ? 1 : 0) else { return nil }
    return unsafe UnsafeMutableRawBufferPointer(start: block, count: size)
  }

  /// The bytes of a block that are not its header.
  static func payload(_ block: UnsafeMutableRawBufferPointer) -> UnsafeMutableRawBufferPointer {
    unsafe UnsafeMutableRawBufferPointer(rebasing: block[MemoryLayout<Header>.stride...])
  }

  mutating func add(_ block: UnsafeMutableRawBufferPointer) {
    unsafe block.baseAddress!.bindMemory(to: Header.self, capacity: 1).initialize(
      to: Header(next: first, size: block.count))
    unsafe first = block.baseAddress
  }

  /// Gives every block back. The chain itself may lie in one of them, so it is copied out first.
  static func release(_ chain: PageChain) {
    var next = unsafe chain.first
    while let block = unsafe next {
      let header = unsafe block.assumingMemoryBound(to: Header.self).pointee
      unsafe tessera_page_free(block, header.size)
      unsafe next = header.next
    }
  }
}
