#if os(none)
import Machine
import Primitives
import Threads
import VMem

/// A small arena for which threads wait in line: what self-tests and fatal scenarios are about.
enum TrialArena {
  typealias Words = Arena<UInt32, KernelLock>

  private nonisolated(unsafe) static var storage = InlineArray<512, UInt64>(repeating: 0)
  private nonisolated(unsafe) static var storedArena: Words?
  private nonisolated(unsafe) static var storedLine = WaitLine(name: "trial")

  static var line: Place<WaitLine> {
    // A global stays where it is.
    unsafe withUnsafeMutablePointer(to: &storedLine) { unsafe Place($0) }
  }

  static var arena: Words {
    guard let arena = unsafe storedArena else { panic("no trial arena") }
    return arena
  }

  /// Makes the arena anew, with the addresses 0 to `count - 1`; nobody has any or waits for any. Its frees are announced
  /// in the line.
  static func make(count: UInt32, name: ArenaName) -> Bool {
    let bytes = unsafe UnsafeMutableRawBufferPointer(
      start: &storage, count: MemoryLayout.size(ofValue: storage))
    // A global of this type, and the arena before is used no more.
    guard let arena = unsafe try? Words.create(name: name, storage: bytes, lock: KernelLock()),
      (try? arena.add(first: 0, count: count)) != nil
    else { return false }
    unsafe storedArena = arena
    unsafe storedLine = WaitLine(name: name)
    arena.setWaiting(KernelThreads.waitHooks(line))
    return true
  }

  /// Allocates, and sleeps for it if need be.
  static func take(_ count: UInt32) -> AddressRange<UInt32> {
    do throws(AllocationError<UInt32>) {
      return try KernelThreads.scheduler.allocate(Request(count: count), from: arena, in: line)
    } catch { panic("a sleeping request failed", .decimal("count", count)) }
  }

  static func free(_ range: AddressRange<UInt32>) {
    do throws(FreeError<UInt32>) { try arena.free(range) } catch {
      panic("a free was refused", .range("range", range.first, range.last))
    }
  }

  /// Gives `count` addresses to something that frees them in an interrupt.
  static func lendToDevice(_ count: UInt32) {
    unsafe lent = take(count)
    unsafe storedLine = WaitLine(name: "trial", wokenBy: .devices)
  }

  private nonisolated(unsafe) static var lent: AddressRange<UInt32>?

  /// In the handler.
  static func takeBackFromDevice() {
    if let range = unsafe lent { free(range) }
    unsafe lent = nil
  }

  /// Takes the one and, when everybody else had a turn, the other; then frees both.
  static func takeTwice(_ first: UInt32, _ second: UInt32) {
    let one = take(first)
    KernelThreads.scheduler.yield()
    let other = take(second)
    free(other)
    free(one)
  }
}
#endif
