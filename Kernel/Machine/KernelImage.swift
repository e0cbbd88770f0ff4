#if os(none)
import Boot
import VMem

/// Where the kernel itself lies. Addresses come from the linker script; each part starts on a page of its own.
public enum KernelImage {
  /// Everything, `.bss` and the stacks included.
  public static var virtualRange: AddressRange<UInt32> {
    AddressRange(first: address_of_kernel_image_first(), last: address_of_kernel_image_end() - 1)
  }

  /// The same in physical memory.
  public static var physicalRange: AddressRange<UInt32> {
    AddressRange(
      first: address_of_kernel_image_first() - KERNEL_BASE,
      last: address_of_kernel_image_end() - KERNEL_BASE - 1)
  }

  /// Instructions: read and execute.
  public static var text: AddressRange<UInt32> {
    AddressRange(first: address_of_kernel_image_first(), last: address_of_kernel_text_end() - 1)
  }

  /// Constants: read only.
  public static var constants: AddressRange<UInt32> {
    AddressRange(first: address_of_kernel_text_end(), last: address_of_kernel_constants_end() - 1)
  }
}
#endif
