extension PCIFunction {
  /// The interrupt line that firmware has routed the function's pin to, as the 8259A have it; nil if it has no pin or
  /// firmware none (PCI Local Bus Specification 3.0, 6.2.4).
  public func interruptLine<Configuration: PCIConfiguration>(in configuration: Configuration) -> UInt8? {
    let register = configuration.read(address, register: 0x3C)
    let line = UInt8(truncatingIfNeeded: register)
    return register & 0xFF00 != 0 && line < 16 ? line : nil
  }

  /// Lets the function read and write memory by itself, or not: bit 2 of its command.
  public func setMastering<Configuration: PCIConfiguration>(_ isOn: Bool, in configuration: Configuration) {
    configuration.undisturbed {
      // The upper half is status, whose bits are cleared by writing ones.
      let command = configuration.read(address, register: 0x04) & 0xFFFF
      configuration.write(isOn ? command | 4 : command & ~4, to: address, register: 0x04)
    }
  }
}
