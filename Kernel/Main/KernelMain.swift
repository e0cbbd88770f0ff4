#if os(none)
import Machine
import Multiboot
import Primitives
import Text
import VMem

/// The first Swift function, called by `boot_high` in Boot/entry.S with what the multiboot loader left in EAX
/// and EBX: paging is on, interrupts are off, the stack has a guard page.
@c(kmain) public func kernelMain(magic: UInt32, information: UInt32) -> Never {
  Console.begin()
  Traps.install()
  // Ports are claimed before anything touches them; what is said until then is the last resort's business.
  var buses = Buses()
  buses.claimCommonDevices()
  buses.attachDrivers()
  InterruptController.configure()
  guard AddressLine20.isOpen else { panic("address line 20 is closed: odd mebibytes repeat even ones") }
  let boot = bootInformation(magic: magic, address: information)
  Console.write("Tessera ")
  Console.write(Version.current)
  Console.write("\n")
  let kernel = Kernel(boot, buses)
  KernelThreads.start()
  KernelInput.start()
  KernelDisks.startInterrupts()
  HeapLine.start()
  KernelPageable.start(kernel.memory)
  let status = obeyCommandLine(on: kernel)
  KernelHeap.listLeaks()
  exit(status)
}
#endif
