#if os(none)
import Instructions
import Machine
import Text

/// Interrupts that no device stands behind (Machine-I9), and the flag that says whether they come (Machine-I11).
func interruptSuite(_ t: inout TestRun) {
  t.test("a spurious line 7 is counted and not acknowledged") { t in
    let before = InterruptController.spurious
    cpu_interrupt_line7()
    t.expect(InterruptController.spurious, is: before + 1, "spurious interrupts")
  }
  t.test("a spurious line 15 is counted") { t in
    let before = InterruptController.spurious
    cpu_interrupt_line15()
    t.expect(InterruptController.spurious, is: before + 1, "spurious interrupts")
  }
  t.test("the interrupt flag nests") { t in
    let outside = Interrupts.areEnabled
    withInterruptsDisabled {
      withInterruptsDisabled {}
      t.expect(!Interrupts.areEnabled, "still off inside")
    }
    t.expect(Interrupts.areEnabled == outside, "as before outside")
  }
}
#endif
