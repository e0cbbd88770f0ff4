import VMem

/// The ports that devices on the mainboard decode without being asked, as QEMU's machines really have them
/// (`info mtree` of QEMU 7.2, machines `isapc`, `pc` and `q35`). PCI devices tell theirs; these do not.
public struct ISADevice: Sendable {
  /// What the mainboard is built around.
  public enum Mainboard: UInt8, Sendable {
    /// No PCI: `isapc`.
    case isa
    /// Intel 440FX and PIIX: `pc`.
    case piix
    /// Intel Q35 and ICH9: `q35`.
    case ich9
    /// PCI, but none of these.
    case otherPCI
  }

  public let name: StaticString
  public let first: UInt16
  public let last: UInt16

  init(_ name: StaticString, _ first: UInt16, _ last: UInt16) {
    self.name = name
    self.first = first
    self.last = last
  }

  /// The ports, as a range of the I/O bus.
  public var range: BusRange { BusRange(.init(first: first, last: last)) }

  /// What every PC has: known before any bus is looked at.
  public static func eachCommon(_ body: (ISADevice) -> Void) {
    body(ISADevice("dma", 0x0000, 0x000F))
    body(ISADevice("pic", 0x0020, 0x0021))
    body(ISADevice("pit", 0x0040, 0x0043))
    body(ISADevice("keyboard", 0x0060, 0x0060))
    body(ISADevice("speaker", 0x0061, 0x0061))
    body(ISADevice("keyboard", 0x0064, 0x0064))
    body(ISADevice("cmos clock", 0x0070, 0x0071))
    body(ISADevice("post code", 0x0080, 0x0080))
    body(ISADevice("dma page", 0x0081, 0x0083))
    body(ISADevice("dma page", 0x0087, 0x0087))
    body(ISADevice("dma page", 0x0089, 0x008B))
    body(ISADevice("dma page", 0x008F, 0x008F))
    body(ISADevice("port 92", 0x0092, 0x0092))
    body(ISADevice("pic", 0x00A0, 0x00A1))
    body(ISADevice("dma", 0x00C0, 0x00DF))
    body(ISADevice("fpu", 0x00F0, 0x00F0))
    body(ISADevice("debug exit", 0x00F4, 0x00F7))
    body(ISADevice("parallel port", 0x0378, 0x037F))
    body(ISADevice("com1", 0x03F8, 0x03FF))
    body(ISADevice("interrupt edge", 0x04D0, 0x04D1))
    body(ISADevice("firmware config", 0x0510, 0x0511))
    body(ISADevice("firmware config", 0x0514, 0x051B))
    body(ISADevice("vm port", 0x5658, 0x5658))
  }

  /// What hangs on this mainboard besides.
  public static func each(on mainboard: Mainboard, _ body: (ISADevice) -> Void) {
    switch mainboard {
    case .isa: eachWithoutPCI(body)
    case .piix: eachOnPIIX(body)
    case .ich9: eachOnICH9(body)
    case .otherPCI: eachOfVGA(body)
    }
  }

  private static func eachWithoutPCI(_ body: (ISADevice) -> Void) {
    eachFloppy(body)
    body(ISADevice("network", 0x0300, 0x031F))
    body(ISADevice("vga", 0x03B0, 0x03DF))
  }

  private static func eachOnPIIX(_ body: (ISADevice) -> Void) {
    eachFloppy(body)
    eachOfVGA(body)
    body(ISADevice("power management", 0x00B2, 0x00B3))
    body(ISADevice("power management", 0x0600, 0x063F))
    body(ISADevice("smbus", 0x0700, 0x073F))
    body(ISADevice("acpi hotplug", 0xAE00, 0xAE17))
    body(ISADevice("acpi hotplug", 0xAF00, 0xAF1F))
    body(ISADevice("acpi events", 0xAFE0, 0xAFE3))
  }

  private static func eachOnICH9(_ body: (ISADevice) -> Void) {
    eachOfVGA(body)
    body(ISADevice("power management", 0x00B2, 0x00B3))
    body(ISADevice("power management", 0x0600, 0x067F))
    body(ISADevice("acpi hotplug", 0x0CC0, 0x0CF7))
  }

  /// The ports between the floppy's are an ATA channel's, which its driver claims.
  private static func eachFloppy(_ body: (ISADevice) -> Void) {
    body(ISADevice("floppy", 0x03F1, 0x03F5))
    body(ISADevice("floppy", 0x03F7, 0x03F7))
  }

  /// A VGA on PCI decodes these without a base address. The registers of the Bochs display, 0x01CE...0x01D1, are
  /// claimed by its driver.
  private static func eachOfVGA(_ body: (ISADevice) -> Void) {
    body(ISADevice("vga", 0x03B4, 0x03B5))
    body(ISADevice("vga", 0x03BA, 0x03BA))
    body(ISADevice("vga", 0x03C0, 0x03CF))
    body(ISADevice("vga", 0x03D4, 0x03D5))
    body(ISADevice("vga", 0x03DA, 0x03DA))
  }
}
