import Pool

/// Pages for pools on the host: a fixed number of them in one block, first fit, every call checked.
///
/// A page that comes back must be one that was handed out, as part of the same run. Free pages are filled with a
/// pattern, verified when they are handed out again: nobody wrote to what was not theirs.
public final class SimulatedPages {
  private let memory: UnsafeMutableRawPointer
  public let pageCount: Int
  /// Length of the run that starts at a page, 0 elsewhere; and who is in use.
  private var runs: [Int]
  private var inUse: [Bool]
  public private(set) var free: Int
  public private(set) var grants = 0
  public private(set) var misuses: [String] = []
  /// Which grant from now on fails, counted from 1; 0 for none.
  public var failing = 0
  /// Whether pages may be touched: with false, a write to one in use is reported when it comes back.
  public let isTouchable: Bool
  private static let pattern: UInt8 = 0x3C

  public init(pages: Int, isTouchable: Bool = true) {
    memory = .allocate(byteCount: pages * 4096, alignment: 4096)
    memory.initializeMemory(as: UInt8.self, repeating: Self.pattern, count: pages * 4096)
    pageCount = pages
    runs = Array(repeating: 0, count: pages)
    inUse = Array(repeating: false, count: pages)
    free = pages
    self.isTouchable = isTouchable
  }

  deinit { memory.deallocate() }

  public var source: PageSource { source(longestRun: PageSource.longestRun) }

  public func source(longestRun: Int) -> PageSource {
    PageSource(
      grant: { context, pages in SimulatedPages.of(context).take(pages) },
      release: { context, base, pages in SimulatedPages.of(context).giveBack(base, pages) },
      context: Unmanaged.passUnretained(self).toOpaque(), longestRun: longestRun)
  }

  private static func of(_ context: UnsafeMutableRawPointer?) -> SimulatedPages {
    Unmanaged<SimulatedPages>.fromOpaque(context!).takeUnretainedValue()
  }

  public func contains(_ pointer: UnsafeMutableRawPointer) -> Bool {
    pointer >= memory && pointer < memory + pageCount * 4096
  }

  public func take(_ pages: Int) -> UnsafeMutableRawPointer? {
    grants += 1
    if failing > 0 {
      failing -= 1
      if failing == 0 { return nil }
    }
    var first = 0
    while first + pages <= pageCount {
      if let last = (first..<first + pages).last(where: { inUse[$0] }) {
        first = last + 1
        continue
      }
      for page in first..<first + pages {
        inUse[page] = true
        if !isClean(page) { misuses.append("page \(page) was written while free") }
      }
      runs[first] = pages
      free -= pages
      return memory + first * 4096
    }
    return nil
  }

  public func giveBack(_ base: UnsafeMutableRawPointer, _ pages: Int) {
    let first = (base - memory) / 4096
    guard contains(base), runs[first] == pages else {
      return misuses.append("a run came back that nobody has")
    }
    if !isTouchable, (first..<first + pages).contains(where: { !isClean($0) }) {
      misuses.append("a page that must not be touched was written")
    }
    runs[first] = 0
    for page in first..<first + pages { inUse[page] = false }
    base.initializeMemory(as: UInt8.self, repeating: Self.pattern, count: pages * 4096)
    free += pages
  }

  private func isClean(_ page: Int) -> Bool {
    let words = (memory + page * 4096).assumingMemoryBound(to: UInt64.self)
    return (0..<512).allSatisfy { words[$0] == 0x3C3C_3C3C_3C3C_3C3C }
  }
}
