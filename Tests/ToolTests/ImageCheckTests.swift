import Testing

@testable import ELF

/// Each check is shown a file that breaks its claim, and one that does not.
@Suite struct ImageCheckTests {
  private func broken(_ change: (inout ImageBuilder) -> Void) throws -> [String] {
    var builder = ImageBuilder()
    change(&builder)
    return try ELFImage(builder.bytes()).checks(.release).filter { !$0.holds }.map(\.name)
  }

  @Test func soundImagePassesEveryCheck() throws {
    #expect(try broken { _ in }.isEmpty)
  }

  @Test func sizesAndNamesAreRead() throws {
    let image = try ELFImage(ImageBuilder().bytes())
    #expect(image.segments.map(\.virtualAddress) == [0xC010_0000, 0xC010_1000])
    #expect(image.symbols.map(\.name) == ["boot_entry"])
    #expect(image.sections.map(\.name) == ["", ".symtab", ".strtab", ".shstrtab"])
  }

  @Test func undefinedSymbol() throws {
    #expect(try broken { $0.symbols.append(("swift_mystery", false)) } == ["no undefined symbol"])
  }

  @Test(arguments: ["posix_memalign", "free", "swift_allocObject"])
  func heap(name: String) throws {
    #expect(try broken { $0.symbols.append((name, true)) } == ["nothing allocates"])
  }

  @Test func referenceCounting() throws {
    #expect(try broken { $0.symbols.append(("swift_retain", true)) } == ["nothing is reference-counted"])
  }

  @Test func lazyGlobalIsForbiddenInReleaseOnly() throws {
    var builder = ImageBuilder()
    builder.symbols.append(("$e4Main5table_WZ", true))
    let image = try ELFImage(builder.bytes())
    #expect(image.checks(.release).filter { !$0.holds }.map(\.name) == ["nothing is initialised lazily"])
    #expect(image.checks(.debug).filter { !$0.holds }.isEmpty)
  }

  @Test func writableText() throws {
    #expect(try broken { $0.segments[0].flags = 7 } == ["no segment is writable and executable"])
  }

  @Test func sharedPage() throws {
    #expect(try broken { $0.segments[0].size = 0x1001 } == ["each segment has pages of its own"])
  }

  @Test func segmentThatEndsAtFourGibibytes() throws {
    #expect(try broken { $0.segments[1] = .init(address: 0xFFFF_F000, size: 0x1000, flags: 6) }.isEmpty)
  }

  @Test func unalignedSegment() throws {
    #expect(
      try broken { $0.segments[1].address = 0xC010_2004 } == ["each segment has pages of its own"])
  }

  @Test func entryOutsideText() throws {
    #expect(try broken { $0.entry = 0xC010_1000 } == ["an i386 executable with its entry in text"])
  }

  @Test func otherMachine() throws {
    #expect(try broken { $0.machine = 62 } == ["an i386 executable with its entry in text"])
  }

  @Test func interpreter() throws {
    #expect(
      try broken { $0.segments.append(.init(address: 0xC010_2000, size: 4, flags: 4, type: 3)) }
        == ["an i386 executable with its entry in text"])
  }

  @Test func constructors() throws {
    #expect(try broken { $0.extraSections = [(".init_array", 4)] } == ["no constructors"])
    #expect(try broken { $0.extraSections = [(".init_array", 0)] }.isEmpty)
  }

  @Test func multibootHeader() throws {
    let name = "multiboot header in the first 8 KiB"
    // 52 + 2 * 32 bytes precede; the last place that counts ends at 8,192.
    let last = 8192 - 12 - 116
    #expect(try broken { $0.multibootPadding = last }.isEmpty)
    #expect(try broken { $0.multibootPadding = last + 4 } == [name])
    #expect(try broken { $0.multibootPadding = 2 } == [name])
    #expect(try broken { $0.multiboot[2] += 1 } == [name])
  }

  @Test func everyCutOfAFileIsAnError() throws {
    let bytes = ImageBuilder().bytes()
    for count in 0..<bytes.count {
      #expect(throws: ELFImage.ReadError.self) { try ELFImage(Array(bytes.prefix(count))) }
    }
  }

  @Test func sixtyFourBitFileIsRefused() {
    var bytes = ImageBuilder().bytes()
    bytes[4] = 2
    #expect(throws: ELFImage.ReadError.notThirtyTwoBitLittleEndian(class: 2, data: 1)) {
      try ELFImage(bytes)
    }
  }
}

@Suite struct InstructionCheckTests {
  private func check(_ instruction: String) -> Check {
    instructionCheck(
      disassembly: """
        kernel.elf:	file format elf32-i386

        c0100000 <kmain>:
        c0100000:      	\(instruction)
        c0100003:      	retl
        """)
  }

  @Test(arguments: [
    "movl\t%eax, %ebx", "nop", "lock\t\tcmpxchgl\t%ecx, (%edx)", "rep\t\tstosl\t%eax, %es:(%edi)", "cpuid",
    "invlpg\t(%eax)", "jne\t0xc0100020 <f.mm+0x14>", "pause",
  ])
  func oldInstructionsPass(instruction: String) {
    #expect(check(instruction).holds)
  }

  @Test(arguments: [
    ("fld1", "x87"), ("fninit", "x87"), ("fstpl\t(%esp)", "x87"), ("movaps\t%xmm0, (%eax)", "SSE"),
    ("pxor\t%mm0, %mm1", "MMX"),
    ("cmovnel\t%eax, %ecx", "CMOV"), ("nopw\t%cs:(%eax,%eax)", "multi-byte NOP"),
    ("lock\t\tcmpxchg8b\t(%esi)", "64-bit compare-and-exchange"), ("mfence", "SSE2 fence"),
    ("data16\t\tnopw\t%cs:(%eax,%eax)", "multi-byte NOP"),
  ])
  func newInstructionsAreNamedWithTheirFunction(instruction: String, why: String) {
    let findings = check(instruction).findings
    #expect(findings.count == 1)
    #expect(findings.first?.hasPrefix("c0100000 in kmain: ") == true)
    #expect(findings.first?.hasSuffix("(\(why))") == true)
  }

  @Test func emptyDisassemblyProvesNothing() {
    #expect(!instructionCheck(disassembly: "").holds)
  }
}

@Suite struct FrameCheckTests {
  private func check(_ instructions: [String], guardSize: UInt32? = 8192) -> Check {
    let lines = instructions.map { "c0100000:      \t\($0)" }
    return frameCheck(
      disassembly: (["c0100000 <kmain>:"] + lines).joined(separator: "\n"), guardSize: guardSize)
  }

  @Test func framesUpToTheGuardPass() {
    #expect(check(["subl\t$8192, %esp", "subl\t$0x2000, %esp", "subl\t$9000, %eax"]).holds)
  }

  @Test(arguments: ["subl\t$8193, %esp", "subl\t$0x2001, %esp"])
  func aLargerFrameIsNamedWithItsFunction(instruction: String) {
    #expect(check([instruction]).findings == ["kmain takes 8193 bytes, the guard has 8192"])
  }

  @Test func nothingToLookAtProvesNothing() {
    #expect(!check(["nop"]).holds)
    #expect(!check(["subl\t$8, %esp"], guardSize: nil).holds)
  }
}
