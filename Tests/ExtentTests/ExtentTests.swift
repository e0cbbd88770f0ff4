import Primitives
import Testing
import VMem

@testable import Extent

@Suite("Extents")
struct ExtentTests {
  private let space = AddressRange<UInt8>.whole

  @Test("Filled, it is one region over the whole space")
  func filled() throws {
    let host = try ExtentOnHost(space, isFilled: true, capacity: 2)
    #expect(host.regions == [space])
    #expect(throws: ExtentError<UInt8>.noSpace) { try host.extent.allocate(ExtentRequest(count: 1)) }
    try host.extent.free(AddressRange(first: 16, last: 31))
    #expect(try host.extent.allocate(ExtentRequest(count: 4)).first == 16)
    #expect(host.extent.firstBrokenInvariant() == 0)
  }

  @Test("Without coalescing regions that touch stay apart and are freed whole")
  func apart() throws {
    let host = try ExtentOnHost(space, coalesces: false, capacity: 4)
    let low = AddressRange<UInt8>(first: 0, last: 3)
    let high = AddressRange<UInt8>(first: 4, last: 7)
    try host.extent.claim(low)
    try host.extent.claim(high)
    #expect(host.regions == [low, high])
    let part = AddressRange<UInt8>(first: 0, last: 1)
    #expect(throws: ExtentError<UInt8>.notARegion(part, region: low)) { try host.extent.free(part) }
    let both = AddressRange<UInt8>(first: 0, last: 7)
    #expect(throws: ExtentError<UInt8>.notARegion(both, region: low)) { try host.extent.free(both) }
    try host.extent.free(low)
    #expect(host.regions == [high])
  }

  @Test("A conflict names the first region in the way; numbers outside are refused")
  func errors() throws {
    let host = try ExtentOnHost(AddressRange(first: 10, last: 20), capacity: 4)
    let region = AddressRange<UInt8>(first: 12, last: 13)
    try host.extent.claim(region)
    let wanted = AddressRange<UInt8>(first: 11, last: 15)
    #expect(throws: ExtentError<UInt8>.conflict(wanted: wanted, with: region)) {
      try host.extent.claim(wanted)
    }
    let outside = AddressRange<UInt8>(first: 9, last: 10)
    #expect(throws: ExtentError<UInt8>.outsideExtent(outside)) { try host.extent.claim(outside) }
    #expect(throws: ExtentError<UInt8>.outsideExtent(outside)) { try host.extent.free(outside) }
    var request = ExtentRequest<UInt8>(count: 1)
    request.first = 30
    #expect(throws: ExtentError<UInt8>.invalid(.subregion)) { try host.extent.allocate(request) }
    let free = AddressRange<UInt8>(first: 15, last: 16)
    #expect(throws: ExtentError<UInt8>.notARegion(free, region: nil)) { try host.extent.free(free) }
  }

  @Test("Storage for n regions is enough for n, and what is smaller is refused", arguments: 1...40)
  func storage(regions: Int) throws {
    let size = Extent<UInt16>.storageSize(regions: regions)
    let storage = UnsafeMutableRawBufferPointer.allocate(byteCount: size + 15, alignment: 16)
    defer { storage.deallocate() }
    for shift in [0, 1, 7, 15] {
      let part = UnsafeMutableRawBufferPointer(rebasing: storage[shift..<(size + shift)])
      var extent = try Extent<UInt16>(
        name: "sized", bounds: AddressRange(first: 0, last: 999), capacity: regions, storage: part)
      for region in 0..<UInt16(regions) {
        try extent.claim(AddressRange(first: region * 2, last: region * 2))
      }
      #expect(throws: ExtentError<UInt16>.noDescriptor) {
        try extent.claim(AddressRange(first: 999, last: 999))
      }
      #expect(extent.firstBrokenInvariant() == 0)
    }
    let small = UnsafeMutableRawBufferPointer(
      rebasing: storage[..<(Extent<UInt16>.storageSize(regions: 0) / 2)])
    #expect(throws: (any Error).self) {
      try Extent<UInt16>(name: "small", bounds: AddressRange(first: 0, last: 9), storage: small)
    }
  }

  @Test("More storage makes room for more regions")
  func growth() throws {
    let host = try ExtentOnHost(space, capacity: 1)
    try host.extent.claim(AddressRange(first: 0, last: 0))
    #expect(throws: ExtentError<UInt8>.noDescriptor) {
      try host.extent.claim(AddressRange(first: 9, last: 9))
    }
    let more = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 16)
    defer { more.deallocate() }
    host.extent.addStorage(more)
    #expect(host.extent.capacity > 8)
    for number in stride(from: UInt8(2), through: 200, by: 4).prefix(host.extent.capacity - 1) {
      try host.extent.claim(AddressRange(first: number, last: number))
    }
    #expect(host.extent.firstBrokenInvariant() == 0)
  }
}
