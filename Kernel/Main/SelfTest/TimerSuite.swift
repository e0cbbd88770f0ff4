#if os(none)
import Instructions
import Machine
import Primitives
import Text
import VMap
import VMem

/// The timers, and that interrupts reach their handlers and nobody else: with interrupts off until the handler returns
/// (Machine-I8), acknowledged once (Machine-I9), masked where nobody wants them (Machine-I10).
func timerSuite(_ t: inout TestRun) {
  t.test("the interval timer ticks, and each tick is acknowledged") { t in
    let ticks = withTimerLine {
      IntervalTimer.tick(every: 1193)
      while Ticks.count < 5 { cpu_enable_interrupts_and_halt() }
    }
    t.expect(ticks >= 5, "five ticks")
  }
  t.test("a one-shot of the interval timer comes once") { t in
    let ticks = withTimerLine {
      IntervalTimer.interruptOnce(after: 1193)
      Interrupts.enable()
      IntervalTimer.wait(counts: 11_932)
    }
    t.expect(ticks, is: 1, "interrupts in ten times the time of one")
  }
  t.test("a line that nobody handles is counted and masked") { t in
    let before = Interrupts.unhandled
    cpu_interrupt_line5()
    t.expect(Interrupts.unhandled, is: before + 1, "unhandled interrupts")
    t.expect(InterruptController.isMasked(line: 5), "line 5 is masked")
  }
  t.test("the cycle counter goes forward") { t in
    guard Processor.features.contains(.timeStampCounter) else { return t.skip("no cycle counter") }
    let first = TimeStampCounter.now
    IntervalTimer.wait(counts: 100)
    t.expect(TimeStampCounter.now > first, "a later reading is larger")
    t.expect(TimeStampCounter.measureKilohertz() > 0, "it has a frequency")
  }
  t.test("the local timer interrupts once") { t in
    guard let physical = LocalAPIC.physicalAddress else { return t.skip("no local APIC") }
    let window = t.kernel.memory.window
    do throws(VMapError) {
      let mapping = try window.vmap(
        physical, size: 4096, MappingOptions(.uncached, owner: Owners.register("self-test")))
      expectOneShot(&t, LocalAPIC(mappedAt: mapping.address))
      try window.vunmap(mapping.address)
    } catch {
      t.fail { $0.write(error) }
    }
  }
}

/// Arms the local timer and waits for it.
private func expectOneShot(_ t: inout TestRun, _ controller: LocalAPIC) {
  Ticks.reset()
  Ticks.controller = controller
  Interrupts.handle(vector: LocalAPIC.timerVector) { _ in
    Ticks.increment()
    Ticks.controller?.acknowledge()
  }
  controller.interruptOnce(after: 100_000)
  Interrupts.enable()
  IntervalTimer.wait(counts: 11_932)
  t.expect(Ticks.count, is: 1, "interrupts")
  t.expect(controller.remainingCounts, is: 0, "counts that remain")
  controller.stopTimer()
}

/// The interrupts of the interval timer that come while `body` runs.
private func withTimerLine(_ body: () -> Void) -> UInt32 {
  KernelThreads.stopTicks()
  Interrupts.handle(vector: Interrupts.firstLineVector) { _ in Ticks.increment() }
  InterruptController.unmask(line: IntervalTimer.line)
  drain()
  Ticks.reset()
  body()
  drain()
  KernelThreads.startTicks()
  Interrupts.enable()
  return Ticks.count
}

/// Stops the timer, and lets an interrupt come that the controller had latched before.
private func drain() {
  IntervalTimer.stop()
  Interrupts.enable()
  IntervalTimer.wait(counts: 100)
  cpu_disable_interrupts()
}

/// What the handlers of this file share with the tests; a C function has no context but a word.
private enum Ticks {
  /// Written by handlers, read with interrupts off or between two halts.
  private nonisolated(unsafe) static var value: UInt32 = 0
  private nonisolated(unsafe) static var localAPIC: LocalAPIC?

  static var count: UInt32 {
    @inline(never) get { unsafe value }
  }

  static var controller: LocalAPIC? {
    get { unsafe localAPIC }
    set { unsafe localAPIC = newValue }
  }

  @inline(never) static func increment() { unsafe value &+= 1 }

  @inline(never) static func reset() { unsafe value = 0 }
}
#endif
