#if os(none)
import Frames
import Instructions
import Machine
import Pageable
import Primitives
import Traces
import VMem

/// What the workers of the stress suite share: the pages that all touch, what each page has to hold, and what went
/// wrong.
enum Stress {
  /// Who does what; the raw value is the worker's number.
  enum Worker: Int, CaseIterable {
    case first, second, third
    case pages, heap, window
    case miser

    static var count: Int { 7 }
    /// Those that have a share of the steps; the miser goes on until they are done.
    static var counted: Range<Int> { 0..<6 }

    var name: StaticString {
      switch self {
      case .first: "toucher a"
      case .second: "toucher b"
      case .third: "toucher c"
      case .pages: "pages"
      case .heap: "heap"
      case .window: "window"
      case .miser: "miser"
      }
    }

    /// Its part of `steps`: six tenths touch.
    func share(of steps: UInt32) -> UInt32 {
      switch self {
      case .first, .second, .third: steps / 5
      case .pages: steps / 10
      case .heap: steps / 5
      case .window: steps - 3 * (steps / 5) - steps / 10 - steps / 5
      case .miser: 0
      }
    }
  }

  static var seed: UInt32 { 2_463_534_242 }

  /// Operations in all; `steps=` on the command line changes it.
  nonisolated(unsafe) static var wantedSteps: UInt32 = 20_000

  static var steps: UInt32 { unsafe wantedSteps }

  private nonisolated(unsafe) static var firstAddress: UInt32 = 0
  private nonisolated(unsafe) static var storedPages: UInt32 = 0
  private nonisolated(unsafe) static var versions: UnsafeMutableRawBufferPointer?
  private nonisolated(unsafe) static var storedWrong: UInt32 = 0
  private nonisolated(unsafe) static var storedRefused: UInt32 = 0
  private nonisolated(unsafe) static var storedInjected: UInt32 = 0
  private nonisolated(unsafe) static var storedWholeAddress: UInt32 = 0

  /// Whether all workers are there: what one takes, and the failures that it injects, are not to keep another from being
  /// made.
  private nonisolated(unsafe) static var isComplete = false

  static var mayBegin: Bool {
    cpu_order_memory()
    return unsafe isComplete
  }

  static func letBegin() { unsafe isComplete = true }

  static var pages: UInt32 { unsafe storedPages }
  /// Words that were not what was written last.
  static var wrong: UInt32 { unsafe storedWrong }
  /// Requests that failed for want of memory, which they may.
  static var refused: UInt32 { unsafe storedRefused }
  /// Planned failures that came about.
  static var injected: UInt32 { unsafe storedInjected }

  /// Where the firmware's memory is mapped as a whole.
  static var wholeAddress: UInt32 { unsafe storedWholeAddress }

  /// Begins with pages that nobody has touched, before any worker may begin.
  ///
  /// - Parameters:
  ///   - versions: A byte for each page, all 0.
  ///   - whole: Where the firmware's memory is mapped.
  static func begin(
    first: UInt32, pages: UInt32, versions: UnsafeMutableRawBufferPointer, whole: UInt32
  ) {
    unsafe storedWholeAddress = whole
    unsafe firstAddress = first
    unsafe storedPages = pages
    unsafe self.versions = versions
    unsafe storedWrong = 0
    unsafe storedRefused = 0
    unsafe storedInjected = 0
    unsafe isComplete = false
  }

  // Single increments, each on the only processor; a thread that is preempted in one may lose another's, and a count of
  // zero stays zero.
  static func noteWrong() { unsafe storedWrong += 1 }
  static func noteRefused() { unsafe storedRefused += 1 }
  static func noteInjected() { unsafe storedInjected += 1 }

  static func dice(for worker: Worker) -> XorShift32 {
    XorShift32(seed: (seed &+ UInt32(worker.rawValue) &* 0x9E37_79B9) | 1)
  }

  // MARK: The pages

  static func address(_ page: UInt32) -> UInt32 { unsafe firstAddress + page << 12 }

  /// Written once, with the first version: what others than the page's own toucher may look for.
  static func mark(_ page: UInt32) -> UInt32 { address(page) ^ 0x5A5A_5A5A }

  static var markOffset: UInt32 { 16 }

  private static func word(_ address: UInt32, _ version: UInt8) -> UInt32 {
    version == 0 ? 0 : address &* 0x9E37_79B1 ^ UInt32(version) &* 0x0101_0101
  }

  private static var offsets: InlineArray<4, UInt32> { [0, 1364, 2728, 4092] }

  static func version(_ page: UInt32) -> UInt8 { unsafe versions?[Int(page)] ?? 0 }

  /// Whether a page holds what its toucher wrote last.
  static func holds(_ page: UInt32) -> Bool {
    let version = version(page)
    for index in 0..<4 {
      let place = address(page) + offsets[index]
      if cpu_load32(place) != word(place, version) { return false }
    }
    return true
  }

  /// Writes the next version. Only its toucher, of which a page has one.
  static func write(_ page: UInt32) {
    let old = version(page)
    let new = old == .max ? 1 : old + 1
    if old == 0 { cpu_store32(address(page) + markOffset, mark(page)) }
    for index in 0..<4 {
      let place = address(page) + offsets[index]
      cpu_store32(place, word(place, new))
    }
    unsafe versions?[Int(page)] = new
  }
}
#endif
