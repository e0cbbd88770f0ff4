import Primitives
import Testing

@Suite("Names of owners")
struct OwnerTableTests {
  /// Calls `body` with a table of so many bytes.
  private func withTable(bytes: Int, _ body: (inout OwnerTable) throws -> Void) rethrows {
    let storage = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes, alignment: 1)
    defer { storage.deallocate() }
    var table = OwnerTable(storage: storage)
    try body(&table)
  }

  private func name(_ owner: Owner, in table: OwnerTable) -> String {
    table.withName(of: owner) { bytes in
      String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
    }
  }

  @Test("a number keeps its name, and a name its number (Primitives-I3)")
  func numbersStay() {
    withTable(bytes: 64) { table in
      let names: [StaticString] = ["serial", "serial line", "", "pit"]
      let owners = names.map { table.register($0) }
      #expect(owners.map(\.?.rawValue) == [1, 2, 3, 4])
      for (owner, expected) in zip(owners, names) {
        #expect(name(owner ?? .none, in: table) == expected.description)
        let again = table.register(expected)
        #expect(again == owner)
      }
      #expect(table.count == 4)
    }
  }

  @Test("a full table answers nil and keeps what it has (Primitives-I3)")
  func full() {
    // Two names of three bytes and their ends, and a byte that is too few for any other.
    withTable(bytes: 9) { table in
      let found = (["one", "two", "four", "x", "two"] as [StaticString]).map { table.register($0) }
      #expect(found.map { $0?.rawValue } == [1, 2, nil, nil, 2])
      #expect(name(Owner(rawValue: 1), in: table) == "one")
      #expect(table.count == 2)
    }
  }

  @Test("no owner, and one that was never registered, have no name")
  func noName() {
    withTable(bytes: 16) { table in
      _ = table.register("only")
      #expect(name(.none, in: table) == "")
      #expect(name(Owner(rawValue: 2), in: table) == "")
    }
  }

  @Test("bytes are copied up to the first NUL")
  func foreignBytes() {
    withTable(bytes: 16) { table in
      var bytes: [UInt8] = [0x61, 0x62, 0, 0x63]
      let owner = bytes.withUnsafeBufferPointer { table.register($0) }
      bytes[0] = 0x7A
      #expect(name(owner ?? .none, in: table) == "ab")
    }
  }
}
