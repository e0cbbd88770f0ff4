import Oracle
import VMem

/// A request together with everything about its answer that does not depend on the arena's state.
struct FitCall {
  let request: Request<UInt8>
  /// How many quanta it takes; more than the arena has if it is too large.
  let cells: Int
  /// The cells at which the constraints permit a region of that size, whatever is free.
  let permitted: UInt64
  /// The error if there is no place: that the request contradicts itself, or that there is no space.
  let refusal: AllocationError<UInt8>
}

/// The requests that are made from every state of a setting.
struct Calls {
  /// Every size with every alignment, phase and boundary, under each policy, and every size with every pair of
  /// bounds, under each policy.
  let everywhere: [FitCall]
  /// Every combination of size, bounds, alignment, phase, boundary and policy; each state makes a share of them.
  let combined: [FitCall]
  /// Every size, without constraints, by next fit: made with the cursor at every cell.
  let byCursor: [FitCall]

  init(_ setting: Setting) {
    let maker = CallMaker(setting: setting)
    var everywhere: [FitCall] = []
    var combined: [FitCall] = []
    for size in maker.sizes {
      for shape in maker.shapes(size: size) {
        everywhere += Policy.allCases.map { maker.call(size, shape, nil, $0) }
      }
      for bounds in maker.bounds {
        everywhere += Policy.allCases.map { maker.call(size, Shape(), bounds, $0) }
        for shape in maker.shapes(size: size) {
          combined += Policy.allCases.map { maker.call(size, shape, bounds, $0) }
        }
      }
    }
    self.everywhere = everywhere
    self.combined = combined
    byCursor = maker.sizes.map { maker.call($0, Shape(), nil, .nextFit) }
  }
}

/// Alignment, phase and boundary of a request.
struct Shape {
  var alignment = 1
  var phase = 0
  var nocross = 0
}

private struct CallMaker {
  let setting: Setting
  let addresses: [Int]

  init(setting: Setting) {
    self.setting = setting
    addresses = setting.addresses
  }

  /// Sizes in addresses: for each number of quanta, and one too many, the smallest and the largest that rounds up
  /// to it.
  var sizes: [Int] {
    (1...(setting.cellCount + 1)).flatMap { cells in
      let largest = cells * setting.quantum
      let smallest = largest - setting.quantum + 1
      return (smallest == largest ? [largest] : [smallest, largest]).filter { $0 <= 256 }
    }
  }

  func shapes(size: Int) -> [Shape] {
    let rounded = (size + setting.quantum - 1) / setting.quantum * setting.quantum
    var result: [Shape] = []
    for power in 0...4 where setting.quantum << power <= 128 {
      let alignment = setting.quantum << power
      for phase in stride(from: 0, to: alignment, by: setting.quantum) {
        result.append(Shape(alignment: alignment, phase: phase))
        for limit in 0...4 {
          let nocross = setting.quantum << limit
          guard nocross >= rounded, nocross <= 128 else { continue }
          result.append(Shape(alignment: alignment, phase: phase, nocross: nocross))
        }
      }
    }
    if setting.quantum > 1 { result.append(Shape(alignment: setting.quantum / 2)) }
    return result + contradictions(rounded: rounded)
  }

  /// One request of each kind that can never be right, whatever the arena holds.
  private func contradictions(rounded: Int) -> [Shape] {
    var result = [
      Shape(alignment: 3), Shape(alignment: 4, phase: 4), Shape(phase: 1), Shape(nocross: 96),
    ]
    if setting.quantum > 1 {
      result.append(Shape(alignment: setting.quantum, phase: 1))
      result.append(Shape(alignment: 128, phase: setting.quantum + 1))
    }
    if rounded > 1 { result.append(Shape(nocross: 1)) }
    return result
  }

  /// What is wrong with a shape, by the definitions of `RequestFault`.
  private func fault(_ shape: Shape, rounded: Int) -> RequestFault? {
    if shape.alignment.nonzeroBitCount > 1 { return .alignment }
    let isOnQuantum = shape.phase % setting.quantum == 0
    if shape.phase != 0, shape.phase >= shape.alignment || !isOnQuantum { return .phase }
    if shape.nocross.nonzeroBitCount > 1 { return .nocross }
    if shape.nocross != 0, shape.nocross < rounded { return .nocrossBelowSize }
    return nil
  }

  /// Every pair of a first and a last cell; at a coarse quantum also one address off, inwards, at each end.
  var bounds: [ClosedRange<Int>] {
    var result: [ClosedRange<Int>] = []
    for first in addresses {
      for last in addresses where last >= first {
        let end = last + setting.quantum - 1
        result.append(first...end)
        if setting.quantum > 1 { result += [(first + 1)...end, first...(end - 1)] }
      }
    }
    return result
  }

  func call(_ size: Int, _ shape: Shape, _ bounds: ClosedRange<Int>?, _ policy: Policy) -> FitCall {
    var request = Request<UInt8>(countMinusOne: UInt8(size - 1))
    request.alignment = UInt8(shape.alignment)
    request.phase = UInt8(shape.phase)
    request.nocross = UInt8(shape.nocross)
    request.first = UInt8(bounds?.lowerBound ?? 0)
    request.last = UInt8(bounds?.upperBound ?? 255)
    request.policy = policy

    var wish = Wish(countMinusOne: UInt64(size - 1))
    wish.alignment = UInt64(shape.alignment)
    wish.phase = UInt64(shape.phase)
    wish.nocross = UInt64(shape.nocross)
    wish.first = UInt64(request.first)
    wish.last = UInt64(request.last)
    let cells = (size - 1) / setting.quantum + 1
    let fault = fault(shape, rounded: cells * setting.quantum)
    var permitted: UInt64 = 0
    for (cell, address) in addresses.enumerated() where fault == nil {
      if wish.permits(start: UInt64(address), cells: UInt64(cells), quantum: UInt64(setting.quantum)) {
        permitted |= 1 << UInt64(cell)
      }
    }
    let refusal: AllocationError<UInt8> = fault.map { .invalid($0, request) } ?? .noSpace(request)
    return FitCall(request: request, cells: cells, permitted: permitted, refusal: refusal)
  }
}
