// What the article takes as given: a processor's interrupt flag.
nonisolated(unsafe) private var flags: UInt32 = 0x200

func saveFlagsAndDisable() -> UInt32 {
  defer { flags &= ~0x200 }
  return flags
}

func restoreFlags(_ saved: UInt32) { flags = saved }
