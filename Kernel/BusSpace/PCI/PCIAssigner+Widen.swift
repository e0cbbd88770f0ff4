import Primitives
import VMem

extension PCIAssigner where Lock: ~Copyable {
  /// Makes the bridge in front of a bus pass on enough for `place` besides what it passes on now; whether it does.
  ///
  /// A closed window is opened where the bus before the bridge has room. An open one grows at either end, into addresses that
  /// are free, no other bridge's, and passed on by the bridges in front of it; what lies in it stays. For a closed one the
  /// bridges in front are widened where they must be. Recursion ends at bus 0, at the latest after 255 bridges.
  func widen(_ bus: UInt8, for place: PCIPlace, _ owner: Owner) -> Bool {
    guard bus != 0, let bridge = bridge(to: bus), bridge.function.address.bus < bus else { return false }
    guard let window = bridge.window(on: place.tag) else { return open(bridge, for: place, owner) }
    return grow(bridge, window, for: place, owner)
  }

  private func open(_ bridge: PCIBridge, for place: PCIPlace, _ owner: Owner) -> Bool {
    let unit = PCIBridge.granularity(place.tag)
    let whole = PCIPlace(
      tag: place.tag, countMinusOne: place.countMinusOne | (unit - 1), alignment: max(place.alignment, unit))
    let bus = bridge.function.address.bus
    var found = claim(whole, on: bus, owner)
    if found == nil, widen(bus, for: whole, owner) { found = claim(whole, on: bus, owner) }
    guard let found else { return false }
    // Claimed to be found free; from here on it is the bridge's, and the functions behind it claim their parts.
    space.giveBack(found)
    bridge.setWindow(place.tag, found, in: configuration)
    return true
  }

  private func grow(_ bridge: PCIBridge, _ window: BusRange, for place: PCIPlace, _ owner: Owner) -> Bool {
    if let more = above(window, place), extend(bridge, window, by: more, owner) { return true }
    if let more = below(window, place), extend(bridge, window, by: more, owner) { return true }
    return false
  }

  /// What must be added behind a window for the place to lie in the addition.
  private func above(_ window: BusRange, _ place: PCIPlace) -> BusRange? {
    guard window.last < place.tag.last else { return nil }
    let begin = window.last + 1
    // Up to the next multiple of the alignment, and the place.
    let skip = (place.alignment - begin & (place.alignment - 1)) & (place.alignment - 1)
    let (countMinusOne, overflows) = skip.addingReportingOverflow(place.countMinusOne)
    guard !overflows else { return nil }
    let unit = PCIBridge.granularity(place.tag)
    return BusRange(place.tag, first: begin, countMinusOne: countMinusOne | (unit - 1))
  }

  /// The same in front of it.
  private func below(_ window: BusRange, _ place: PCIPlace) -> BusRange? {
    guard window.first > place.countMinusOne else { return nil }
    let first = (window.first - 1 - place.countMinusOne) & ~(place.alignment - 1)
    return BusRange(
      place.tag, first: first & ~(PCIBridge.granularity(place.tag) - 1), last: window.first - 1)
  }

  /// Adds free addresses to a window, if the bus before the bridge reaches them.
  private func extend(_ bridge: PCIBridge, _ window: BusRange, by more: BusRange, _ owner: Owner) -> Bool {
    let bus = bridge.function.address.bus
    guard self.window(of: bus, more.tag)?.contains(more) == true,
      bridgeWindow(on: bus, overlapping: more) == nil
    else { return false }
    do throws(ClaimError) { try space.claim(more, owner: owner) } catch { return false }
    space.giveBack(more)
    let whole = BusRange(
      more.tag, first: min(window.first, more.first), last: max(window.last, more.last))
    bridge.setWindow(more.tag, whole, in: configuration)
    return true
  }
}
