#if os(none)
import Instructions
@c(kmain) public func kmain(_ magic: UInt32, _ information: UInt32) {
  for b in "hello\n".utf8 { cpu_out8(0x3f8, b) }
  cpu_out8(0xf4, 16)
}
@c(kernel_trap) public func kernelTrap() { while true {} }
#endif
