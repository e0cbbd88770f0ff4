#if os(none)
/// Grown one by one through many sizes, cut, sorted, nested, copied on write.
func arrays() {
  var squares: [Int] = []
  for number in 0..<3000 { squares.append(number * number) }
  expect(squares.count == 3000 && squares[2999] == 2999 * 2999)
  let copy = squares
  squares.removeAll { $0 % 2 == 0 }
  expect(squares.count == 1500 && copy.count == 3000)
  squares.sort(by: >)
  expect(squares.first == 2999 * 2999 && squares.last == 1)
  var rows: [[UInt8]] = []
  for row in 1...100 { rows.append(Array(repeating: UInt8(row), count: row)) }
  expect(rows.reduce(0) { $0 + $1.count } == 5050)
  rows.removeSubrange(10..<90)
  expect(rows.count == 20 && rows[10].allSatisfy { $0 == 91 })
}

func dictionaries() {
  var names: [Int: String] = [:]
  for number in 0..<700 { names[number] = "thread number \(number) of the machine" }
  expect(names.count == 700 && names[699] == "thread number 699 of the machine")
  for number in stride(from: 0, to: 700, by: 2) { names[number] = nil }
  expect(names.count == 350 && names[10] == nil && names[11] != nil)
  var numbers: [String: Int] = [:]
  for (number, name) in names { numbers[name] = number }
  expect(numbers["thread number 77 of the machine"] == 77)
  let odd = Set(numbers.values)
  expect(odd.count == 350 && odd.contains(699) && !odd.contains(698))
}

func strings() {
  var text = ""
  for number in 0..<200 { text += "\(number)," }
  expect(text.utf8.count == 10 * 2 + 90 * 3 + 100 * 4)
  let words = text.split(separator: ",")
  expect(words.count == 200 && words[123] == "123")
  let joined = words.joined(separator: " ")
  expect(joined.hasPrefix("0 1 2 3") && joined.hasSuffix("198 199"))
}

/// Equal by Unicode: one letter, or a letter and an accent.
func normalizedStrings() {
  expect("caf\u{e9}" == "cafe\u{301}" && "caf\u{e9}" != "cafe")
}

private class Shape {
  nonisolated(unsafe) static var alive = 0
  init() { unsafe Self.alive += 1 }
  deinit { unsafe Self.alive -= 1 }
  var area: Int { 0 }
}

private final class Square: Shape {
  let side: Int
  init(_ side: Int) { self.side = side }
  override var area: Int { side * side }
}

private final class Chain<Value> {
  let value: Value
  var next: Chain?
  init(_ value: Value, next: Chain?) {
    self.value = value
    self.next = next
  }
}

/// Objects are counted, and gone with their last reference.
func classes() {
  do {
    var shapes: [Shape] = []
    for side in 1...50 { shapes.append(Square(side)) }
    expect(unsafe Shape.alive == 50)
    expect(shapes.reduce(0) { $0 + $1.area } == 42_925)
    shapes.removeLast(20)
    expect(unsafe Shape.alive == 30)
    var chain: Chain<Shape>?
    for shape in shapes { chain = Chain(shape, next: chain) }
    shapes = []
    expect(unsafe Shape.alive == 30)
    while let first = chain { chain = first.next }
  }
  expect(unsafe Shape.alive == 0)
}

private nonisolated(unsafe) var held: Chain<[Shape]>?

/// Objects of many sizes, kept until `letGo`.
func hold() {
  for length in 0..<200 {
    unsafe held = Chain((0..<length).map { Square($0) }, next: held)
  }
  expect(unsafe Shape.alive == 19_900)
}

/// Drops them all. Not one by one by their links, which would recurse as deep as the chain is long.
func letGo() {
  while let first = unsafe held { unsafe held = first.next }
  expect(unsafe Shape.alive == 0)
}

/// What Swift allocates by hand, aligned to what it asks for.
func alignments() {
  for power in 0...13 {
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 100, alignment: 1 << power)
    let address = UInt(bitPattern: bytes.baseAddress)
    expect(address != 0 && address % (1 << UInt(power)) == 0)
    // Allocated above and not used after this.
    unsafe bytes.deallocate()
  }
}
#endif
