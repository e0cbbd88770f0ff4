/// One claim about an image: what must hold, and what breaks it. No findings means that it holds.
public struct Check: Equatable, Sendable {
  public var name: String
  public var findings: [String]

  public init(_ name: String, findings: [String]) {
    self.name = name
    self.findings = findings
  }

  public var holds: Bool { findings.isEmpty }
}

extension ELFImage {
  /// How the image was compiled: some claims hold for optimised builds only.
  public enum Configuration: String, Sendable, CaseIterable { case debug, release }

  /// Every claim that the file itself can show; that of its instructions is ``instructionCheck(disassembly:)``.
  public func checks(_ configuration: Configuration) -> [Check] {
    var checks = [
      executableCheck, multibootCheck, undefinedCheck, allocationCheck, constructorCheck, protectionCheck,
      pageCheck,
    ]
    if configuration == .release { checks += [lazyCheck, countingCheck] }
    return checks
  }

  /// An executable for the 80386 family whose entry lies in text that is loaded.
  var executableCheck: Check {
    var findings: [String] = []
    if type != 2 { findings.append("type \(type) where 2 (executable) is due") }
    if machine != 3 { findings.append("machine \(machine) where 3 (80386) is due") }
    if !segments.contains(where: { $0.isLoaded && $0.isExecutable && $0.contains(entry) }) {
      findings.append("entry \(hexadecimal(entry)) lies in no executable segment")
    }
    for segment in segments where segment.type == 2 || segment.type == 3 {
      findings.append("a dynamic or interpreter segment: nobody would load what it asks for")
    }
    return Check("an i386 executable with its entry in text", findings: findings)
  }

  /// Multiboot 0.6.96, 3.1: magic, flags and checksum within the first 8,192 bytes, 4-byte aligned.
  var multibootCheck: Check {
    let last = min(bytes.count, 8192) - 12
    let found = last < 0 ? nil : stride(from: 0, through: last, by: 4).first { field($0) == 0x1BAD_B002 }
    guard let found else {
      return Check("multiboot header in the first 8 KiB", findings: ["no magic 0x1badb002 there"])
    }
    let sum = field(found) &+ field(found + 4) &+ field(found + 8)
    return Check(
      "multiboot header in the first 8 KiB",
      findings: sum == 0 ? [] : ["at \(found): magic, flags and checksum add up to \(hexadecimal(sum))"])
  }

  /// Whatever is undefined would be a call to address 0.
  var undefinedCheck: Check {
    Check("no undefined symbol", findings: symbols.filter { $0.isUndefined && !$0.name.isEmpty }.map(\.name))
  }

  /// The kernel has no heap (Disks-I4): neither the C functions under Swift's runtime nor the runtime's own are there.
  var allocationCheck: Check {
    let heap: Set = [
      "posix_memalign", "malloc", "calloc", "realloc", "aligned_alloc", "free", "swift_slowAlloc",
      "swift_slowDealloc", "swift_allocObject", "swift_allocEmptyBox",
    ]
    return Check("nothing allocates", findings: symbols.map(\.name).filter(heap.contains))
  }

  /// Swift's lazily initialised globals have an initialiser whose name ends in WZ.
  var lazyCheck: Check {
    Check(
      "nothing is initialised lazily",
      findings: symbols.map(\.name).filter { $0.hasSuffix("_WZ") || $0 == "swift_once" })
  }

  /// Without objects there is nothing to count. An unoptimised build keeps the calls, which then do nothing.
  var countingCheck: Check {
    let counting: Set = ["swift_retain", "swift_release"]
    return Check("nothing is reference-counted", findings: symbols.map(\.name).filter(counting.contains))
  }

  /// Nobody runs constructors before the kernel's entry.
  var constructorCheck: Check {
    let names: Set = [".init_array", ".preinit_array", ".ctors", ".init"]
    return Check(
      "no constructors",
      findings: sections.filter { names.contains($0.name) && $0.size > 0 }.map { "section \($0.name)" })
  }

  var protectionCheck: Check {
    Check(
      "no segment is writable and executable",
      findings: segments.filter { $0.isLoaded && $0.isWritable && $0.isExecutable }
        .map { "the segment at \(hexadecimal($0.virtualAddress))" })
  }

  /// Two segments in one page could not have two protections.
  var pageCheck: Check {
    let loaded = segments.filter { $0.isLoaded && $0.memorySize > 0 }
    var findings: [String] = []
    for segment in loaded where segment.virtualAddress % 4096 != 0 {
      findings.append("the segment at \(hexadecimal(segment.virtualAddress)) does not start on a page")
    }
    for (index, one) in loaded.enumerated() {
      for other in loaded[(index + 1)...] where one.pages.overlaps(other.pages) {
        let addresses = "\(hexadecimal(one.virtualAddress)) and \(hexadecimal(other.virtualAddress))"
        findings.append("the segments at \(addresses) share a page")
      }
    }
    return Check("each segment has pages of its own", findings: findings)
  }

  /// The 32-bit field at the offset, which the caller has checked.
  private func field(_ offset: Int) -> UInt32 {
    (0..<4).reduce(0) { $0 | UInt32(bytes[offset + $1]) << (8 * $1) }
  }
}

extension ELFImage.Segment {
  /// Numbers of the pages that it covers; 64 bits wide, because a segment may end at 4 GiB.
  fileprivate var pages: ClosedRange<UInt64> {
    let first = UInt64(virtualAddress)
    return first / 4096...(first + UInt64(memorySize) - 1) / 4096
  }
}

/// `0x` and eight digits.
func hexadecimal(_ value: UInt32) -> String {
  let digits = String(value, radix: 16)
  return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
}
