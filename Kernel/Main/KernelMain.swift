#if os(none)
import Machine
import Multiboot
import Text
import VMem

/// The first Swift function, called by `boot_high` in Boot/entry.S with what the multiboot loader left in EAX
/// and EBX: paging is on, interrupts are off, the stack has a guard page.
@c(kmain) public func kernelMain(magic: UInt32, information: UInt32) -> Never {
  SerialPort.com1.configure()
  Traps.install()
  InterruptController.configure()
  guard AddressLine20.isOpen else { panic("address line 20 is closed: odd mebibytes repeat even ones") }
  let boot = bootInformation(magic: magic, address: information)
  Console.write("Tessera\n")
  exit(obey(boot))
}

/// Does what the command line asks for; returns how to leave.
private func obey(_ boot: BootInformation<DirectMapMemory>) -> ExitStatus {
  // As long as the longest line that boots are given, twice over. Lies on the boot stack while the kernel runs.
  var storage = InlineArray<1024, UInt8>(repeating: 0)
  var words = storage.mutableSpan
  let cut = BootLine.unquote(commandLine(boot), into: &words)
  let options = BootOptions(words.span.extracting(first: cut.count), namesImageFirst: namesImageFirst(boot))
  let kernel = Kernel(boot)
  if options.hasScenario { return die(options.scenario, kernel) }
  if options.bench { return Benchmarks.run(kernel) ? .success : .testsFailed }
  return .success
}

/// The bytes as the loader left them; none where it gave none.
@_lifetime(immortal)
private func commandLine(_ boot: BootInformation<DirectMapMemory>) -> Span<UInt8> {
  guard let range = boot.commandLine, let bytes = DirectMap.bytes(at: range) else {
    return StaticString("").bytes
  }
  return bytes
}

/// QEMU puts the image's name before the arguments, GRUB does not.
private func namesImageFirst(_ boot: BootInformation<DirectMapMemory>) -> Bool {
  guard let range = boot.loaderName, let name = DirectMap.bytes(at: range) else { return false }
  return name.starts(with: "qemu")
}

/// `fatal=<scenario>`.
private func die(_ name: Span<UInt8>, _ kernel: Kernel) -> ExitStatus {
  guard let scenario = FatalScenario(named: name) else { panic("no fatal scenario of that name") }
  scenario.run(kernel.memory)
}
#endif
