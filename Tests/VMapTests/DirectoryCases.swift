import Testing

/// What a 4 MiB piece of Plan 9's window held when a request came (cases for the patch mmu.c-span-pdes).
enum Piece: Sendable {
  case empty
  /// A page table with these entries in use, ends excluded.
  case table([Range<UInt32>])
  case largePage
}

/// A window, a request, and whether a correct allocator can grant it.
struct DirectoryCase: Sendable, CustomTestStringConvertible {
  var name: String
  var pieces: [Piece]
  var size: UInt32
  var isFeasible: Bool
  /// The lowest address at which the request can be granted.
  var lowest: UInt32?

  var testDescription: String { name }

  static let all: [DirectoryCase] = [
    DirectoryCase(
      name: "all_empty_32M", pieces: Array(repeating: .empty, count: 8), size: 0x200_0000, isFeasible: true,
      lowest: 0xE000_0000),
    DirectoryCase(
      name: "all_PTs_blank_32M", pieces: Array(repeating: .table([]), count: 8), size: 0x200_0000,
      isFeasible: true,
      lowest: 0xE000_0000),
    DirectoryCase(
      name: "one_PT_used_page_breaks", pieces: [.table([]), .table([5..<6]), .table([]), .table([])],
      size: 0x80_0000, isFeasible: true, lowest: 0xE040_6000),
    DirectoryCase(
      name: "tail_plus_head_4M", pieces: [.table([0..<512]), .table([512..<1024])], size: 0x40_0000,
      isFeasible: true, lowest: 0xE020_0000),
    DirectoryCase(
      name: "small_spans_two_PTs", pieces: [.table([0..<1020]), .table([4..<1024])], size: 0x8000,
      isFeasible: true, lowest: 0xE03F_C000),
    DirectoryCase(
      name: "patched_BUG_overlap", pieces: [.table([]), .table([0..<1])], size: 0x40_1000, isFeasible: false),
    DirectoryCase(
      name: "patched_BUG_overlap2", pieces: [.table([1000..<1024]), .table([]), .table([0..<100])],
      size: 0x43_2000, isFeasible: false),
    DirectoryCase(
      name: "empty_PDE_in_middle", pieces: [.table([]), .empty, .table([])], size: 0xC0_0000,
      isFeasible: true,
      lowest: 0xE000_0000),
    DirectoryCase(
      name: "pse_in_middle", pieces: [.table([]), .largePage, .table([])], size: 0x80_0000, isFeasible: false),
    DirectoryCase(
      name: "5M_nonmultiple", pieces: [.table([]), .table([])], size: 0x50_0000, isFeasible: true,
      lowest: 0xE000_0000),
  ]
}
