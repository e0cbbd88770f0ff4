#if os(none)
import Machine

/// The lines of the benchmark.
struct BenchmarkReport {
  private let unit: StaticString

  /// Finds out what the clock counts.
  init() {
    unit = InstructionMeter.countsInstructions ? "instructions" : "cycles"
  }

  /// One figure.
  func figure(_ name: StaticString, _ value: UInt32) { figure(name, value, unit: unit) }

  /// One figure with a unit of its own.
  func figure(_ name: StaticString, _ value: UInt32, unit: StaticString) {
    begin(name, unit)
    Console.write(decimal: value)
    Console.put(0x0A)
  }

  /// `total` over `count`, with one digit after the point, cut off and not rounded.
  func mean(_ name: StaticString, _ total: UInt32, over count: UInt32) {
    mean(name, total, over: count, unit: unit)
  }

  /// The same with a unit of its own.
  func mean(_ name: StaticString, _ total: UInt32, over count: UInt32, unit: StaticString) {
    begin(name, unit)
    Console.write(decimal: total / count)
    Console.put(0x2E)
    // Below 10 * count, and no benchmark makes 2^28 steps.
    Console.write(decimal: total % count * 10 / count)
    Console.put(0x0A)
  }

  /// Why a figure is missing.
  func skip(_ name: StaticString, because reason: StaticString) {
    Console.write("bench: ")
    Console.write(name)
    Console.write(" left out: ")
    Console.write(reason)
    Console.put(0x0A)
  }

  private func begin(_ name: StaticString, _ unit: StaticString) {
    Console.write("bench: ")
    Console.write(name)
    Console.put(0x20)
    Console.write(unit)
    Console.put(0x20)
  }
}
#endif
