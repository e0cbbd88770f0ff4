import VMem

/// The properties that Linux's `drm_mm` is tested for with many nodes (`test-drm_mm.c`: igt_reserve, igt_insert,
/// igt_insert_range, igt_align64, igt_bottomup, igt_evict). A permutation there is an odd multiple modulo the count here,
/// a power of two, so that nothing has to be remembered.
///
/// Not here, for arenas have nothing like it: top-down placement, colours, and alignments that are no powers of two, which
/// are refused.
extension ArenaStage {
  /// At 32 bits; the kernel plays these too.
  func drmProperties(_ report: (ArenaCase) -> Void) {
    each([1, 4, 4095, 0x3F_FFFF, 0x40_0000, 0x40_0001] as InlineArray<6, UInt32>) { size in
      let nodes = Nodes(count: 32, size: size)
      play("drm_mm: reserve every node", report) { nodes.reserve(&$0) }
      play("drm_mm: insert every node", report) { nodes.insert(&$0) }
      play("drm_mm: evict", report) { nodes.evict(&$0) }
      guard size & (size - 1) == 0 else { return }
      play("drm_mm: insert in a range", report) { nodes.insertInRanges(&$0) }
    }
  }

  /// With upstream's numbers: 2^n - 1, 2^n and 2^n + 1 for n = 1 and the primes up to 53.
  func drmPropertiesOf64Bits(_ report: (ArenaCase) -> Void) {
    each([1, 2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53] as InlineArray<17, UInt64>) {
      power in
      each([1 << power - 1, 1 << power, 1 << power + 1] as InlineArray<3, UInt64>) { size in
        // Upstream has 1,024 nodes; each line here proves the invariants.
        let nodes = Nodes(count: 16, size: size)
        playOf64Bits("drm_mm, 64 bits: reserve every node", report) { nodes.reserve(&$0) }
        playOf64Bits("drm_mm, 64 bits: insert every node", report) { nodes.insert(&$0) }
      }
      let nodes = Nodes(count: 16, size: 1 << power as UInt64)
      playOf64Bits("drm_mm, 64 bits: insert in a range", report) { nodes.insertInRanges(&$0) }
      playOf64Bits("drm_mm, 64 bits: evict", report) { nodes.evict(&$0) }
    }
    playOf64Bits("drm_mm: align64", report) { s in
      s.span(1, count: .max - 2)
      for bit in stride(from: UInt64(63), to: 0, by: -1) {
        s.grants(Ask(1 << (bit - 1) + 1, align: 1 << bit), at: 1 << bit)
      }
    }
    playOf64Bits("drm_mm: align by primes", report) { s in
      s.span(1, count: .max - 2)
      each([3, 5, 7, 11, 13, 127] as InlineArray<6, UInt64>) { prime in s.refuses(Ask(prime, align: prime)) }
    }
  }
}

/// `count` nodes of one size, that fill a span from 0 on exactly.
private struct Nodes<Address: ArenaAddress> {
  /// A power of two.
  let count: Address
  let size: Address

  private var total: Address { count * size }

  /// The n-th of the permutation.
  private func order(_ n: Address) -> Address { (n * 29 + 11) & (count - 1) }

  private func isPrime(_ n: Address) -> Bool {
    guard n > 1 else { return false }
    var divisor: Address = 2
    while divisor * divisor <= n {
      if n % divisor == 0 { return false }
      divisor += 1
    }
    return true
  }

  /// Every node lies at its multiple, and nothing is free.
  private func isContinuous(_ s: inout ArenaScript<Address>) {
    for n in 0..<count { s.shows(n * size, count: size, isFree: false) }
    s.hasFreeSegments(0)
  }

  private func reserveAll(_ s: inout ArenaScript<Address>) {
    for n in 0..<count { s.grantsExactly(order(n) * size, size) }
  }

  func reserve(_ s: inout ArenaScript<Address>) {
    s.span(0, count: total)
    for n in 0..<count {
      s.grantsExactly(order(n) * size, size)
      s.refusesExactly(order(n) * size, size)
    }
    isContinuous(&s)
    for n in 0..<count {
      s.refusesExactly(order(n) * size, 1)
      s.frees(order(n) * size, size)
      s.grantsExactly(order(n) * size, size)
    }
    s.refusesExactly(0, total)
    for n in 0..<count { s.refusesExactly(n * size, (count - n) * size) }
    for removed in 1..<min(count, 32) where isPrime(removed) {
      for n in 0..<removed { s.frees(order(n) * size, size) }
      for n in 0..<removed { s.grantsExactly(order(removed - 1 - n) * size, size) }
    }
    isContinuous(&s)
  }

  func insert(_ s: inout ArenaScript<Address>) {
    s.span(0, count: total)
    each([.instantFit, .bestFit, .firstFit, .nextFit] as InlineArray<4, Policy>) { policy in
      for _ in 0..<count { s.grantsAnywhere(Ask(size, policy: policy)) }
      isContinuous(&s)
      s.refuses(Ask(size, policy: policy))
      for n in 0..<min(count, 16) {
        s.frees(order(n) * size, size)
        s.grants(Ask(size, policy: policy), at: order(n) * size)
      }
      for removed in 1..<min(count, 16) where isPrime(removed) {
        for n in 0..<removed { s.frees(order(n) * size, size) }
        for _ in 0..<removed { s.grantsAnywhere(Ask(size, policy: policy)) }
        s.refuses(Ask(size, policy: policy))
      }
      isContinuous(&s)
      for n in 0..<count { s.frees(order(n) * size, size) }
      s.shows(0, count: total, isFree: true)
    }
    // From the bottom up.
    for n in 0..<count { s.grants(Ask(size), at: n * size) }
    for n in 0..<min(count, 8) { s.frees(2 * n * size, size) }
    for n in 0..<min(count, 8) { s.grants(Ask(size), at: 2 * n * size) }
    s.refuses(Ask(size))
  }

  /// Both ends in nodes' sizes, as upstream; aligned to the size, a power of two.
  func insertInRanges(_ s: inout ArenaScript<Address>) {
    s.span(0, count: total)
    let max = total
    inRange(&s, 0, max)
    inRange(&s, 1, max)
    inRange(&s, 0, max - 1)
    inRange(&s, 0, max / 2)
    inRange(&s, max / 2, max)
    inRange(&s, max / 4 + 1, 3 * (max / 4) - 1)
  }

  /// Fills `start..<end` with nodes and empties it again.
  private func inRange(_ s: inout ArenaScript<Address>, _ start: Address, _ end: Address) {
    let first = (start + (size - 1)) / size
    let past = end / size
    let ask = Ask<Address>(size, align: size, min: start, max: end - 1)
    for n in first..<past { s.grants(ask, at: n * size) }
    s.refuses(ask)
    for n in first..<past {
      s.shows(n * size, count: size, isFree: false)
      s.frees(n * size, size)
      s.grants(ask, at: n * size)
    }
    for n in first..<past { s.frees(n * size, size) }
    s.shows(0, count: total, isFree: true)
  }

  /// Making room by freeing: a hole of every power of two of nodes, wherever it is aligned, is found at once.
  func evict(_ s: inout ArenaScript<Address>) {
    s.span(0, count: total)
    reserveAll(&s)
    for n in 0..<count { s.frees(order(n) * size, size) }
    s.shows(0, count: total, isFree: true)
    reserveAll(&s)
    var nodes: Address = 1
    while nodes <= count {
      // Somewhere, aligned in nodes.
      let first = order(nodes) & ~(nodes - 1)
      for n in first..<first + nodes { s.frees(n * size, size) }
      s.grants(Ask(nodes * size, policy: .instantFit), at: first * size)
      s.refuses(Ask(size, policy: .instantFit))
      s.frees(first * size, nodes * size)
      for n in first..<first + nodes { s.grantsExactly(n * size, size) }
      nodes *= 2
    }
    isContinuous(&s)
  }
}
