extension PCIFunction {
  /// Registers of the header (PCI Local Bus Specification 3.0, figure 6-1).
  private enum Register {
    static let command: UInt8 = 0x04
    static let firstBase: UInt8 = 0x10
    static let deviceROM: UInt8 = 0x30
    static let bridgeROM: UInt8 = 0x38
  }

  /// Bits of the command register: I/O and memory decoding.
  private static let ioDecoding: UInt32 = 1
  private static let memoryDecoding: UInt32 = 2

  /// Sizes every base address by the standard probe and gives those that exist to `body`, in order.
  ///
  /// Ones are written, what stays zero is the size. Meanwhile the register holds a wrong address, so decoding is off
  /// and nothing can come between; then the old value and the old command are back (BusSpace-I4). `body` runs
  /// afterwards, with decoding as it was. At most 7 registers of 6 configuration cycles each.
  public func eachBaseAddress<Configuration: PCIConfiguration>(
    in configuration: Configuration, _ body: (PCIBaseAddress) -> Void
  ) {
    var index = 0
    while index < baseAddressCount {
      let register = Register.firstBase + UInt8(truncatingIfNeeded: index * 4)
      let isLast = index == baseAddressCount - 1
      let found = size(
        register: register, index: UInt8(truncatingIfNeeded: index), isLast: isLast, configuration)
      index += found?.kind == .memory64 ? 2 : 1
      if let found { body(found) }
    }
    let rom = header == .device ? Register.deviceROM : Register.bridgeROM
    if header != .other, let found = sizeROM(register: rom, configuration) { body(found) }
  }

  /// Gives where each assigned base address begins, without a probe: a range of one address, since the register does
  /// not tell how long the window is. Reads only, so it may run while devices work.
  public func eachAssignedBase<Configuration: PCIConfiguration>(
    in configuration: Configuration, _ body: (BusRange) -> Void
  ) {
    let command = configuration.read(address, register: Register.command)
    var index = 0
    while index < baseAddressCount {
      let register = Register.firstBase + UInt8(truncatingIfNeeded: index * 4)
      let value = configuration.read(address, register: register)
      let isWide = value & 0b111 == 0b100 && index < baseAddressCount - 1
      let high = isWide ? configuration.read(address, register: register + 4) : 0
      let isIO = value & 1 != 0
      let base = isIO ? value & 0xFFFC : value & 0xFFFF_FFF0
      let isDecoded = command & (isIO ? Self.ioDecoding : Self.memoryDecoding) != 0
      if isDecoded, high == 0, base != 0,
        let range = BusRange(isIO ? .io : .memory, first: base, countMinusOne: 0)
      {
        body(range)
      }
      index += isWide ? 2 : 1
    }
  }

  /// Moves a window to another place, which must be a multiple of its size: decoding off, the new address in, decoding on
  /// for the kind of window it is.
  public func assign<Configuration: PCIConfiguration>(
    _ base: PCIBaseAddress, to first: UInt32, in configuration: Configuration
  ) {
    precondition(UInt64(first) & base.countMinusOne == 0, "a window lies at a multiple of its size")
    let isROM = base.kind == .rom
    let rom = header == .device ? Register.deviceROM : Register.bridgeROM
    let register = isROM ? rom : Register.firstBase + base.index * 4
    configuration.undisturbed {
      let command = withoutDecoding(configuration)
      configuration.write(first | (isROM ? 1 : 0), to: address, register: register)
      if base.kind == .memory64 { configuration.write(0, to: address, register: register + 4) }
      restore(command | (base.kind == .io ? Self.ioDecoding : Self.memoryDecoding), configuration)
    }
  }

  private func size<Configuration: PCIConfiguration>(
    register: UInt8, index: UInt8, isLast: Bool, _ configuration: Configuration
  ) -> PCIBaseAddress? {
    configuration.undisturbed {
      let command = withoutDecoding(configuration)
      let low = probe(register, configuration)
      let isWide = low.old & 0b111 == 0b100 && !isLast
      let high = isWide ? probe(register + 4, configuration) : ProbedRegister(old: 0, mask: 0xFFFF_FFFF)
      restore(command, configuration)
      return decode(index: index, low: low, high: high, isWide: isWide, command: command)
    }
  }

  private func decode(
    index: UInt8, low: ProbedRegister, high: ProbedRegister, isWide: Bool, command: UInt32
  ) -> PCIBaseAddress? {
    // Zero or ones throughout: there is no register.
    guard low.mask != 0, low.mask != 0xFFFF_FFFF || low.old != 0xFFFF_FFFF else { return nil }
    if low.old & 1 != 0 {
      // Bits 31...16 may be wired to 0, as ports end at 0xFFFF.
      let mask = low.mask & 0xFFFF_FFFC | 0xFFFF_0000
      let base = low.old & 0xFFFC
      return PCIBaseAddress(
        index: index, kind: .io, isPrefetchable: false, base: UInt64(base), countMinusOne: UInt64(~mask),
        isDecoded: command & Self.ioDecoding != 0 && base != 0)
    }
    let mask = UInt64(high.mask) << 32 | UInt64(low.mask & 0xFFFF_FFF0)
    let base = UInt64(high.old) << 32 | UInt64(low.old & 0xFFFF_FFF0)
    return PCIBaseAddress(
      index: index, kind: isWide ? .memory64 : .memory32, isPrefetchable: low.old & 8 != 0, base: base,
      countMinusOne: ~mask, isDecoded: command & Self.memoryDecoding != 0 && base != 0)
  }

  private func sizeROM<Configuration: PCIConfiguration>(
    register: UInt8, _ configuration: Configuration
  ) -> PCIBaseAddress? {
    configuration.undisturbed {
      let command = withoutDecoding(configuration)
      let probed = probe(register, configuration)
      restore(command, configuration)
      // Bits 31...11 are the address, bit 0 enables.
      let mask = probed.mask & 0xFFFF_F800
      guard mask != 0, probed.mask != 0xFFFF_FFFF else { return nil }
      let base = probed.old & 0xFFFF_F800
      return PCIBaseAddress(
        index: 6, kind: .rom, isPrefetchable: false, base: UInt64(base), countMinusOne: UInt64(~mask),
        isDecoded: command & Self.memoryDecoding != 0 && probed.old & 1 != 0 && base != 0)
    }
  }

  /// Turns decoding off and gives the command as it was. The upper half of the register is status, whose bits are
  /// cleared by writing ones: they are written as zeros.
  func withoutDecoding<Configuration: PCIConfiguration>(_ configuration: Configuration) -> UInt32 {
    let command = configuration.read(address, register: Register.command) & 0xFFFF
    configuration.write(
      command & ~(Self.ioDecoding | Self.memoryDecoding), to: address, register: Register.command)
    return command
  }

  func restore<Configuration: PCIConfiguration>(_ command: UInt32, _ configuration: Configuration) {
    configuration.write(command, to: address, register: Register.command)
  }

  private func probe<Configuration: PCIConfiguration>(
    _ register: UInt8, _ configuration: Configuration
  ) -> ProbedRegister {
    let old = configuration.read(address, register: register)
    configuration.write(0xFFFF_FFFF, to: address, register: register)
    let mask = configuration.read(address, register: register)
    configuration.write(old, to: address, register: register)
    return ProbedRegister(old: old, mask: mask)
  }
}

/// What a register held, and which of its bits can be written.
private struct ProbedRegister {
  let old: UInt32
  let mask: UInt32
}
