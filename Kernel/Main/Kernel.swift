#if os(none)
import BusSpace
import Machine
import Multiboot

/// Everything that is up: what the monitor and the self-tests work on.
///
/// One value, made in `kernelMain` and passed down. All of it are handles.
struct Kernel {
  let boot: BootInformation<DirectMapMemory>
  let mainboard: ISADevice.Mainboard
  let bus: BusSpace<KernelLock, KernelNames>
  let memory: KernelMemory
  /// The configuration mechanism, where there is PCI.
  let pci: PCIPorts?
  /// The display that `show` draws on, where there is one.
  let display: BochsDisplay?
  /// Claims that were refused while the machine was brought up.
  let conflicts: UInt32
}
#endif
