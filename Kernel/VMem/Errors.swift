import Primitives

/// Why a request can never be right, whatever the arena holds.
public enum RequestFault: UInt8, Sendable {
  /// It asks for no addresses.
  case empty
  /// Rounded up to the quantum it has more addresses than the space.
  case tooLong
  /// The alignment is not a power of two.
  case alignment
  /// The phase is not below the alignment, or not on a quantum.
  case phase
  /// The boundary is not a power of two.
  case nocross
  /// The boundary is below the rounded size, so every placement crosses one.
  case nocrossBelowSize
  /// The lowest allowed address is above the highest.
  case bounds
}

/// Why an allocation failed. The arena is as it was before.
public enum AllocationError<Address: ArenaAddress>: Error, Equatable, Sendable {
  /// The request contradicts itself.
  case invalid(RequestFault, Request<Address>)
  /// No placement satisfies the request now; `Arena.explain` tells what ruled it out.
  case noSpace(Request<Address>)
  /// The exact range that was asked for overlaps an allocation: `with` is the first such, `owner` its label.
  case conflict(wanted: AddressRange<Address>, with: AddressRange<Address>, owner: Owner)
  /// The exact range that was asked for reaches outside every span.
  case outsideSpans(AddressRange<Address>)
  /// There is space, but no tag to note the allocation with.
  case outOfTags(Request<Address>)
}

/// Why a free failed. The arena is as it was before.
public enum FreeError<Address: ArenaAddress>: Error, Equatable, Sendable {
  /// An end of the range is not on a quantum.
  case misaligned(AddressRange<Address>, quantum: Address)
  /// The range, or the start of it, is in no span: another arena's, perhaps.
  case outsideSpans(AddressRange<Address>)
  /// The range starts in free space: a double free, perhaps.
  case notAllocated(AddressRange<Address>, free: AddressRange<Address>)
  /// The range is not exactly the allocation in which it starts.
  case mismatch(AddressRange<Address>, allocated: AddressRange<Address>, owner: Owner)
  /// The part reaches over the end of the allocation in which it starts.
  case beyondAllocation(AddressRange<Address>, allocated: AddressRange<Address>, owner: Owner)
  /// Parts of a quantum-cached allocation cannot be freed.
  case cached(AddressRange<Address>)
  /// A part from the middle needs a tag, none was reserved and none is left.
  case outOfTags(AddressRange<Address>)
}

/// Why a span was refused. The arena is as it was before.
public enum SpanError<Address: ArenaAddress>: Error, Equatable, Sendable {
  /// It has no addresses.
  case empty(first: Address)
  /// It would pass the end of the space.
  case wraps(first: Address, count: Address)
  /// An end is not on a quantum.
  case misaligned(AddressRange<Address>, quantum: Address)
  /// It overlaps a span that the arena has: `with` is the lowest such.
  case overlap(AddressRange<Address>, with: AddressRange<Address>)
  /// There is no tag to note it with.
  case outOfTags(AddressRange<Address>)
}

/// Why an arena could not be made.
public enum CreationError: Error, Equatable, Sendable {
  /// The storage is too small: both in bytes, `needed` with the alignment of the storage as given.
  case storageTooSmall(given: Int, needed: Int)
  /// The quantum is not a power of two.
  case quantum
}

/// Why an arena was not destroyed. It is as it was before.
public enum DestroyError<Address: ArenaAddress>: Error, Equatable, Sendable {
  /// Allocations live: how many, and the lowest of them with its label. `Arena.walk` lists them all.
  case live(count: Int, lowest: AddressRange<Address>, owner: Owner)
}
