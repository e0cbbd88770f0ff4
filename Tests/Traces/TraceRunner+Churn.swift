/// How the churn asks.
enum Mix {
  case plain, constrained, bestFit
}

/// The span that the churn and the pairs run in: 1 GiB from 256 MiB on, in pages.
let gigabyte = TraceSpan(first: 0x1000_0000, count: 0x4000_0000, quantum: 4096, segments: 100_000)

extension TraceRunner {
  mutating func runChurn(_ mix: Mix, steps: UInt32) -> Bool {
    guard subject.create(gigabyte) else { return false }
    churn(mix, steps: 200_000, largest: 16, quantum: gigabyte.quantum)
    start()
    churn(mix, steps: steps, largest: 16, quantum: gigabyte.quantum)
    stop(after: steps)
    return true
  }

  /// Fills random empty slots and empties random full ones.
  mutating func churn(_ mix: Mix, steps: UInt32, largest: UInt32, quantum: UInt32) {
    for _ in 0..<steps {
      let index = random.next(below: slots.count)
      let slot = slots[index]
      if slot.state == .empty {
        fill(index, count: (1 + random.next(below: largest)) * quantum, mix, quantum: quantum)
      } else {
        if slot.state == .held {
          if mix == .constrained {
            subject.freeConstrained(slot.address, slot.count)
          } else {
            subject.free(slot.address, slot.count)
          }
        }
        slots[index] = Slot(address: 0, count: 0, state: .empty)
      }
    }
  }

  private mutating func fill(_ index: UInt32, count: UInt32, _ mix: Mix, quantum: UInt32) {
    let address =
      switch mix {
      case .plain: subject.allocate(count)
      case .bestFit: subject.allocateBest(count)
      case .constrained: allocateConstrained(count, quantum: quantum)
      }
    if let address {
      slots[index] = Slot(address: address, count: count, state: .held)
    } else {
      refusals += 1
      slots[index] = Slot(address: 0, count: count, state: .refused)
    }
  }

  private mutating func allocateConstrained(_ count: UInt32, quantum: UInt32) -> UInt32? {
    let choice = random.next()
    let alignment = quantum << (choice % 5)
    switch (choice >> 8) & 3 {
    case 0:
      return subject.allocate(count, alignment: alignment, first: 0x1000_0000, last: 0x2FFF_FFFF)
    case 1:
      return subject.allocate(count, alignment: alignment, first: 0x3000_0000, last: 0x4FFF_FFFF)
    default:
      return subject.allocate(count, alignment: alignment, first: 0, last: .max)
    }
  }
}
