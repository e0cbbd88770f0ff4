import Primitives

extension Arena where Lock: ~Copyable {
  /// Names the source of further spans. Call it before the first import.
  ///
  /// - Parameters:
  ///   - quantum: Imported sizes are multiples of this power of two where the source has them; it saves calls.
  ///   - limitMinusOne: One less than the most addresses that may be imported at one time.
  public func setSource(
    _ source: Source<Address, Lock>, quantum: Address = 1, limitMinusOne: Address = .max
  ) {
    precondition(quantum != 0 && quantum & (quantum - 1) == 0, "import quantum is no power of two")
    let token = acquire()
    defer { release(token) }
    state.value.importing = Importing(
      source: source, quantum: quantum, limitMinusOne: limitMinusOne)
  }

  /// Asks the source for one span in which `request` can be placed, and places it there; `nil` if the source has
  /// none. A grant that does not serve goes straight back.
  func allocateImported(
    _ request: Request<Address>
  ) throws(AllocationError<Address>) -> TagReference<Address>? {
    let importing = state.value.importing
    if case .none = importing.source { return nil }
    let quantumMask = state.value.core.quantumMask
    let placement = try Placement(request, quantumMask: quantumMask)
    let hull = Hull(placement, granularity: importing.granularity)
    guard hasTagsForImport(request) else { throw .outOfTags(request) }
    guard let granted = importing.grant(request, hull, room: importRoomMinusOne, strike(.importing)) else {
      return nil
    }
    do throws(AllocationError<Address>) {
      return try adopt(granted, for: request)
    } catch {
      importing.source.takeBack(granted)
      if case .outOfTags = error { throw error }
      // Somebody else may have imported meanwhile, what there was or up to the limit.
      return try? allocateOnce(request)
    }
  }

  /// Adds `granted` as a span and places `request` in it, or does neither.
  private func adopt(
    _ granted: AddressRange<Address>, for request: Request<Address>
  ) throws(AllocationError<Address>) -> TagReference<Address> {
    var request = request
    request.first = max(request.first, granted.first)
    request.last = min(request.last, granted.last)
    let token = acquire()
    defer { release(token) }
    if state.value.core.faults.strike(.importedSpan) { throw .outOfTags(request) }
    guard let room = roomMinusOne, granted.countMinusOne <= room else { throw .noSpace(request) }
    let barrier: TagReference<Address>
    do throws(SpanError<Address>) {
      barrier = try state.value.core.add(granted, imported: true, usesReserve: request.usesReserve)
    } catch {
      if case .outOfTags = error { throw .outOfTags(request) }
      throw .noSpace(request)
    }
    do throws(AllocationError<Address>) {
      return try state.value.core.allocate(request)
    } catch {
      _ = state.value.core.release(spanOf: barrier)
      throw error
    }
  }

  private func hasTagsForImport(_ request: Request<Address>) -> Bool {
    // The span takes two, a barrier and a free segment; one that is all used takes no more.
    let most = 2 + request.tagCount
    let token = acquire()
    let isAmple = state.value.core.hasTags(most, usesReserve: request.usesReserve)
    let isEnough = state.value.core.hasTags(most - 2, usesReserve: request.usesReserve)
    release(token)
    return isAmple || refillTags(to: most, for: request) || isEnough
  }

  /// One less than the addresses that may still be imported; `nil` for none.
  private var importRoomMinusOne: Address? {
    let token = acquire()
    defer { release(token) }
    return roomMinusOne
  }

  /// The same, for who holds the lock.
  private var roomMinusOne: Address? {
    let limitMinusOne = state.value.importing.limitMinusOne
    if state.value.core.importedSpanCount == 0 { return limitMinusOne }
    // With spans there, imported - 1 is expressible even if imported is the whole space.
    let importedMinusOne = state.value.core.imported &- 1
    return importedMinusOne < limitMinusOne ? limitMinusOne - importedMinusOne - 1 : nil
  }

  /// `allocate` and `free` without their short ways, which beside an import are not worth the room.
  func allocateByCall(
    _ request: Request<Address>
  ) throws(AllocationError<Address>) -> AddressRange<Address> {
    let tag = try allocateTag(request).get()
    return range(of: tag, request.countMinusOne)
  }

  func freeByCall(_ range: AddressRange<Address>) throws(FreeError<Address>) {
    if let error = freeAnyhow(range, acquire()) { throw error }
  }

  /// Visits a fault point, without the lock.
  func strike(_ site: FaultSite) -> Bool {
    let token = acquire()
    defer { release(token) }
    return state.value.core.faults.strike(site)
  }
}

extension Importing where Lock: ~Copyable {
  /// A range from the source for `request`, at most `room + 1` addresses.
  func grant(
    _ request: Request<Address>, _ hull: Hull<Address>, room: Address?, _ isStruck: Bool
  ) -> AddressRange<Address>? {
    guard let room, !isStruck else { return nil }
    let smallest = request.at.map { hull.exactly(at: $0) } ?? hull.request(multipleMask: 0)
    guard var smallest, smallest.countMinusOne <= room else { return nil }
    smallest.usesReserve = request.usesReserve
    smallest.owner = request.owner
    var preferred = request.at == nil ? hull.request(multipleMask: quantum - 1) : nil
    if let size = preferred?.countMinusOne, size > room { preferred = nil }
    preferred?.usesReserve = request.usesReserve
    preferred?.owner = request.owner
    switch source {
    case .none:
      return nil
    case .functions(let functions):
      return functions.ask(
        smallest, preferredCountMinusOne: preferred?.countMinusOne ?? smallest.countMinusOne)
    case .arena(let arena):
      if let preferred, preferred != smallest, let range = try? arena.allocateByCall(preferred) {
        return range
      }
      if let range = try? arena.allocateByCall(smallest) { return range }
      return request.at == nil ? arena.grantLowestEdge(hull, like: smallest, room: room) : nil
    }
  }
}

extension Arena where Lock: ~Copyable {
  /// The one hull that a request by offset misses: its first block is cut by the request's lower bound, so that
  /// the placement starts later in it than it otherwise would.
  func grantLowestEdge(
    _ hull: Hull<Address>, like request: Request<Address>, room: Address
  ) -> AddressRange<Address>? {
    let placement = hull.placement
    guard placement.first & hull.mask != 0,
      let start = placement.lowestStart(low: placement.first, high: placement.last),
      var edge = hull.exactly(at: start), edge.countMinusOne <= room
    else { return nil }
    edge.usesReserve = request.usesReserve
    edge.owner = request.owner
    return try? allocateByCall(edge)
  }
}

extension Source where Lock: ~Copyable {
  /// Gives a granted range back.
  func takeBack(_ range: AddressRange<Address>) {
    switch self {
    case .none:
      break
    case .functions(let functions):
      functions.takeBack(range)
    case .arena(let arena):
      do throws(FreeError<Address>) {
        try arena.freeByCall(range)
      } catch {
        preconditionFailure("a source refuses the span that it granted")
      }
    }
  }
}

extension SourceFunctions {
  func ask(_ request: Request<Address>, preferredCountMinusOne: Address) -> AddressRange<Address>? {
    var call = ImportCall(request: request, preferredCountMinusOne: preferredCountMinusOne, granted: nil)
    // The function gets the call for as long as it runs, as its type says.
    unsafe withUnsafeMutablePointer(to: &call) { unsafe grant(context, $0) }
    return call.granted
  }

  func takeBack(_ range: AddressRange<Address>) {
    var range = range
    // As above.
    unsafe withUnsafeMutablePointer(to: &range) { unsafe release(context, $0) }
  }
}
