import Oracle
import VMem

/// Where the cells of an exhaustive run lie in the address space of 256 addresses.
public struct Setting: Sendable {
  public let name: String
  public let quantum: Int
  /// First address and number of cells of each span, ascending.
  public let spans: [(first: Int, cells: Int)]
  /// Rings as short as these are walked where the index is kept on demand.
  public let addressIndex: AddressIndex

  public init(
    _ name: String, quantum: Int = 1, spans: [(first: Int, cells: Int)],
    addressIndex: AddressIndex = .onDemand
  ) {
    self.name = name
    self.quantum = quantum
    self.spans = spans
    self.addressIndex = addressIndex
  }

  public var cellCount: Int { spans.reduce(0) { $0 + $1.cells } }

  /// The lowest address of each cell.
  var addresses: [Int] {
    spans.flatMap { span in (0..<span.cells).map { span.first + $0 * quantum } }
  }

  /// The settings at `cells` quanta: in the middle, at both ends, at a coarse quantum, over the whole space.
  public static func all(cells: Int) -> [Setting] {
    let half = min(max(cells / 2, 2), 4)
    let coarse = min(cells, 8)
    let whole = coarse == 8 ? 8 : 4
    return [
      Setting("from 0", spans: [(0, cells)]),
      Setting("to 255, indexed", spans: [(256 - cells, cells)], addressIndex: .always),
      Setting("in the middle, quantum 4", quantum: 4, spans: [(52, coarse)]),
      Setting("to 255, quantum 16", quantum: 16, spans: [(256 - 16 * coarse, coarse)]),
      Setting("all 256 addresses", quantum: 256 / whole, spans: [(0, whole)]),
      Setting("two spans, at 0 and at 255", spans: [(0, half), (256 - half, half)]),
      Setting(
        "two spans that touch, indexed", spans: [(100, half), (100 + half, half)], addressIndex: .always),
    ]
  }

  /// The range of `count` cells from `cell` on, which must lie in one span.
  func range(_ cell: Int, _ count: Int) -> AddressRange<UInt8> {
    let first = addresses[cell]
    return AddressRange(first: UInt8(first), last: UInt8(first + count * quantum - 1))
  }

  /// Whether the cells are neighbours inside one span.
  func isInOneSpan(_ cell: Int, _ count: Int) -> Bool {
    var firstCell = 0
    for span in spans {
      if cell >= firstCell, cell + count <= firstCell + span.cells { return true }
      firstCell += span.cells
    }
    return false
  }

  /// The cell that begins at `address`.
  func cell(startingAt address: UInt8) -> Int? {
    addresses.firstIndex(of: Int(address))
  }
}
