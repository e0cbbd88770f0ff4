import BusSpace
import Primitives
import Testing
import VMem

// What goes through handles.
extension MappedBusTests {
  @Test("words are copied between handles of both buses")
  func copyAcross() throws {
    let ports = try bus.map(.io, first: 0x300, count: 8, owner: owner)
    let window = try bus.map(.memory, first: 0xA_0000, count: 0x100, owner: owner)
    for offset in 0..<8 as Range<UInt32> { recorder.write(ports, offset, UInt8(offset + 1)) }
    recorder.forget()
    recorder.copy(ports, 0, to: window, 0x10, count: 2, as: UInt16.self)
    #expect(
      recorder.transfers == [
        .read(.io, 0x300, width: 2), .write(.memory, 0xE00A_0010, 0x0201, width: 2),
        .read(.io, 0x302, width: 2), .write(.memory, 0xE00A_0012, 0x0403, width: 2),
      ])
    try bus.unmap(ports)
    try bus.unmap(window)
    expectNothingLeft()
  }

  @Test("each form of access transfers what it says, once, at every width and on both buses")
  func forms() throws {
    for tag in [BusTag.io, .memory] {
      try expectForms(tag, UInt8.self)
      try expectForms(tag, UInt16.self)
      try expectForms(tag, UInt32.self)
    }
    expectNothingLeft()
  }

  private func expectForms<Word: BusWord>(_ tag: BusTag, _: Word.Type) throws {
    let handle = try bus.map(tag, first: 0x1000, count: 0x100, owner: owner)
    defer { try? bus.unmap(handle) }
    let base: UInt32 = tag == .io ? 0x1000 : 0xE000_1000
    let width = Word.bitWidth / 8
    let step = UInt32(width)
    func write(_ offset: UInt32, _ value: UInt32) -> RecordingBus.Transfer {
      .write(tag, base + offset, value, width: width)
    }
    func read(_ offset: UInt32) -> RecordingBus.Transfer { .read(tag, base + offset, width: width) }
    func expect(_ transfers: [RecordingBus.Transfer], line: Int = #line) {
      #expect(recorder.transfers == transfers, "line \(line)")
      recorder.forget()
    }
    recorder.forget()
    var words: [Word] = [1, 2, 3]
    recorder.write(handle, 8, words[2])
    #expect(recorder.read(handle, 8) == words[2])
    expect([write(8, 3), read(8)])
    recorder.writeRegion(handle, 4, words.span)
    expect([write(4, 1), write(4 + step, 2), write(4 + 2 * step, 3)])
    recorder.writeMulti(handle, 0, words.span)
    expect([write(0, 1), write(0, 2), write(0, 3)])
    words = [0, 0, 0]
    var span = words.mutableSpan
    recorder.readRegion(handle, 4, &span)
    expect([read(4), read(4 + step), read(4 + 2 * step)])
    #expect(words == [1, 2, 3])
    span = words.mutableSpan
    recorder.readMulti(handle, 0, &span)
    expect([read(0), read(0), read(0)])
    #expect(words == [3, 3, 3])
    // Up to the handle's last byte.
    recorder.setRegion(handle, 0x100 - 2 * step, Word(7), count: 2)
    expect([write(0x100 - 2 * step, 7), write(0x100 - step, 7)])
    recorder.setMulti(handle, 0x100 - step, Word(9), count: 2)
    expect([write(0x100 - step, 9), write(0x100 - step, 9)])
    recorder.copy(handle, 4, to: handle, 0, count: 2, as: Word.self)
    expect([read(4), write(0, 1), read(4 + step), write(step, 2)])
    recorder.barrier()
    expect([.barrier])
    // Nothing is nothing.
    recorder.setRegion(handle, 0, Word(1), count: 0)
    recorder.copy(handle, 0, to: handle, 0, count: 0, as: Word.self)
    expect([])
  }

  @Test(
    "the machine is told how memory is to be mapped, uncached unless asked otherwise",
    arguments: [
      BusAttributes.uncached, .linear, .cacheable, .prefetchable, .linear.union(.prefetchable),
    ])
  func attributes(_ attributes: BusAttributes) throws {
    let handle =
      attributes == .uncached
      ? try bus.map(.memory, first: 0x1000, count: 1, owner: owner)
      : try bus.map(.memory, first: 0x1000, count: 1, attributes, owner: owner)
    #expect(recorder.attributes == [attributes])
    #expect(handle.attributes == attributes)
    if attributes.contains(.linear) {
      #expect(try bus.address(of: handle) == 0xE000_1000)
    } else {
      #expect(throws: BusError.notLinear(handle.range)) { try bus.address(of: handle) }
    }
    try bus.unmap(handle)
    expectNothingLeft()
  }

  @Test("overlapping copies are as if all was read first", arguments: [(0, 3), (3, 0), (0, 0), (0, 8)])
  func copies(_ from: UInt32, _ to: UInt32) throws {
    let handle = try bus.map(.memory, first: 0x2000, count: 0x40, owner: owner)
    let bytes: [UInt8] = Array(1...16)
    recorder.writeRegion(handle, 0, bytes.span)
    recorder.copy(handle, from, to: handle, to, count: 8, as: UInt8.self)
    var expected = bytes
    expected.replaceSubrange(Int(to)..<Int(to) + 8, with: bytes[Int(from)..<Int(from) + 8])
    var after = [UInt8](repeating: 0, count: 16)
    var span = after.mutableSpan
    recorder.readRegion(handle, 0, &span)
    #expect(after == expected)
  }

  @Test("an access outside of its handle traps before it reaches the bus")
  func outsideAccess() async {
    await #expect(processExitsWith: .failure) {
      let test = try TestBus()
      let bus = RecordingBus()
      let handle = try MappedBus(test.bus, bus).map(.io, first: 0x60, count: 4, owner: .none)
      _ = bus.read(handle, 1, as: UInt32.self)
    }
    await #expect(processExitsWith: .failure) {
      let test = try TestBus()
      let bus = RecordingBus()
      let handle = try MappedBus(test.bus, bus).map(.io, first: 0x60, count: 4, owner: .none)
      bus.setRegion(handle, 0, UInt8(0), count: 5)
    }
  }
}
