#if os(none)
import Boot

/// Bytes that `Boot/storage.S` reserved for what must work before memory does. Each has one user, once.
public enum StaticStorage {
  /// For the arena of I/O ports.
  @unsafe public static var portArena: UnsafeMutableRawBufferPointer {
    unsafe region(at: address_of_port_arena_storage(), size: Int(BUS_ARENA_STORAGE))
  }

  /// For the arena of physical memory.
  @unsafe public static var memoryArena: UnsafeMutableRawBufferPointer {
    unsafe region(at: address_of_memory_arena_storage(), size: Int(BUS_ARENA_STORAGE))
  }

  /// For the arena of interrupt lines.
  @unsafe public static var interruptArena: UnsafeMutableRawBufferPointer {
    unsafe region(at: address_of_interrupt_arena_storage(), size: Int(INTERRUPT_ARENA_STORAGE))
  }

  /// For the table of handles.
  @unsafe public static var handleTable: UnsafeMutableRawBufferPointer {
    unsafe region(at: address_of_handle_table_storage(), size: Int(HANDLE_TABLE_STORAGE))
  }

  @unsafe private static func region(at address: UInt32, size: Int) -> UnsafeMutableRawBufferPointer {
    // Reserved in .bss with exactly this size, mapped and writable since the entry.
    unsafe UnsafeMutableRawBufferPointer(
      start: UnsafeMutableRawPointer(bitPattern: UInt(address)), count: size)
  }
}
#endif
