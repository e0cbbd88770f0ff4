import Support

/// A machine for QEMU to be: what differs from boot to boot. The rest is the same for all and in
/// ``command(booting:serial:)``.
public struct Machine: Equatable, Sendable {
  /// `pc`, `q35` or `isapc`.
  public var board: String
  /// `486`, `pentium`, `pentium3`, `qemu32`, `max`...
  public var processor: String
  /// As QEMU has it: `64M`, `3583M`.
  public var memory: String
  /// Whether it has the device through which the kernel leaves QEMU; without it a dead kernel can only halt.
  public var canLeave = true
  /// What the disk of the disk tests is connected to; nil if there is none.
  public var testDisk: SwapDisk.Interface?
  /// What its first disk is, for tests of swap, and what that is connected to.
  public var swapDisk: SwapDisk.Kind?
  public var swapInterface = SwapDisk.Interface.ide
  /// Further arguments: more processors, a clock that counts instructions.
  public var extra: [String]

  public init(
    _ board: String = "pc", processor: String = "qemu32", memory: String = "64M", extra: [String] = []
  ) {
    self.board = board
    self.processor = processor
    self.memory = memory
    self.extra = extra
  }

  /// The machine in a few words, for the lines that a person reads.
  public var title: String {
    ([board, processor, memory] + extra
      + (testDisk == nil ? [] : [testDisk == .ide ? "test disk" : "virtio test disk"])
      + (swapDisk == nil ? [] : [swapInterface == .ide ? "swap disk" : "virtio swap disk"])).joined(
        separator: " ")
  }

  /// One virtual nanosecond an instruction and no waiting: two runs read the same clock, so that instructions can
  /// be counted.
  public static let countsInstructions = ["-icount", "shift=0,sleep=off"]

  /// The same machine with the disk of the disk tests.
  public var withTestDisk: Machine { withTestDisk(on: .ide) }

  /// The same, on virtio.
  public func withTestDisk(on interface: SwapDisk.Interface) -> Machine {
    var machine = self
    machine.testDisk = interface
    return machine
  }

  /// The same machine with a disk to swap on, or to leave alone.
  public func with(_ disk: SwapDisk.Kind, on interface: SwapDisk.Interface = .ide) -> Machine {
    var machine = self
    machine.swapDisk = disk
    machine.swapInterface = interface
    return machine
  }

  /// The same machine with that clock.
  public var countingInstructions: Machine {
    var machine = self
    machine.extra += Self.countsInstructions
    return machine
  }
}

/// What the machine boots.
public enum Boot: Equatable, Sendable {
  /// `-kernel`, with the words of the kernel command line as they are.
  case kernel(path: String, words: String)
  /// A CD image; its words are on it.
  case disc(path: String)
}

/// Where COM1 goes.
public enum SerialLine: Equatable, Sendable {
  /// Standard input and output; QEMU sees no keys of its own.
  case pipe
  /// Standard input and output shared with QEMU's monitor (Ctrl-A C switches, Ctrl-A X leaves), and a log.
  case terminal(log: String)
  /// Standard output alone: something else reads the terminal.
  case outputOnly
}

extension Machine {
  /// QEMU's status when a kernel leaves through isa-debug-exit with a value: `(value << 1) | 1`.
  public static let debugExit = "isa-debug-exit,iobase=0xf4,iosize=0x04"

  /// The command that boots the machine. No window unless asked for: QEMU's default one dies where there is no
  /// display. QEMU's default devices stay (network card, disk controllers, floppy, parallel port), because a
  /// real PC has some too and their claims are part of what is tested.
  public func command(booting boot: Boot, serial: SerialLine, window: Bool = false) -> Command {
    var arguments = ["-machine", board, "-cpu", processor, "-m", memory, "-vga", "std", "-no-reboot"]
    if canLeave { arguments += ["-device", Self.debugExit] }
    if !window { arguments += ["-display", "none"] }
    switch serial {
    case .pipe:
      // Muxed, so that a test can speak to QEMU's own monitor too (for the screen dump).
      arguments += ["-chardev", "stdio,id=com1,mux=on,signal=off", "-serial", "chardev:com1"]
      arguments += ["-mon", "chardev=com1,mode=readline"]
    case .terminal(let log):
      arguments += [
        "-chardev", "stdio,id=com1,mux=on,signal=off,logfile=\(log.escapedForQEMU),logappend=off",
      ]
      arguments += ["-serial", "chardev:com1", "-mon", "chardev=com1,mode=readline"]
    case .outputOnly:
      arguments += ["-chardev", "stdio,id=com1,signal=off", "-serial", "chardev:com1", "-monitor", "none"]
    }
    switch boot {
    case .kernel(let path, let words):
      arguments += ["-kernel", path]
      if !words.isEmpty { arguments += ["-append", words] }
    case .disc(let path):
      arguments += ["-cdrom", path, "-boot", "d"]
    }
    return Command("qemu-system-i386", arguments + extra)
  }
}

extension String {
  /// A comma ends an option of QEMU unless it is doubled.
  var escapedForQEMU: String {
    split(separator: ",", omittingEmptySubsequences: false).joined(separator: ",,")
  }
}
