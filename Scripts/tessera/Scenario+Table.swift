import Primitives
import QEMU

/// The boots of `make test`. To add one, add a line; to give a suite another machine, see `suiteMachines`.
extension Scenario {
  /// All self-tests that the machine can do, on a covering set: every processor (Machine-I12), every board, both ends of the
  /// memory range, both loaders. On a clock that counts instructions: what a test says of timers then holds however
  /// busy the host is.
  static let selfTests: [Scenario] = [
    selfTest(Machine("pc", processor: "486", memory: "4M")),
    selfTest(Machine("pc", processor: "486", memory: "8M")),
    selfTest(Machine("pc", processor: "pentium", memory: "64M")),
    selfTest(Machine("pc", processor: "pentium3", memory: "3583M")),
    selfTest(Machine("pc", processor: "qemu32", memory: "128M").withTestDisk),
    selfTest(Machine("pc", processor: "max", memory: "512M")),
    selfTest(Machine("q35", processor: "486", memory: "3583M")),
    selfTest(Machine("q35", processor: "qemu32", memory: "8M").withTestDisk(on: .virtio)),
    selfTest(Machine("q35", processor: "max", memory: "4G")),
    selfTest(Machine("isapc", processor: "486", memory: "16M").withTestDisk),
    selfTest(Machine("isapc", processor: "pentium", memory: "8M")),
    selfTest(Machine("pc", processor: "qemu32", memory: "64M"), fromDisc: true),
    selfTest(Machine("q35", processor: "pentium3", memory: "1G"), fromDisc: true),
  ]

  /// Suites that need more of a machine than the ones above have. Every suite that the kernel lists and that no
  /// boot above could run is booted alone, on the machine named here or else on the usual one (Main-I4).
  static let suiteMachines: [String: Machine] = [
    "swap": Machine(memory: "16M").with(.signed(mebibytes: 128)),
    "tmpfs": Machine(memory: "16M").with(.signed(mebibytes: 128)),
    "transfers": Machine(memory: "16M").with(.signed(mebibytes: 16)),
    // Every write to some of the slots fails, as long as any is made.
    "stress": Machine(memory: "8M").with(
      .failing(mebibytes: 32, writes: [1, 2, 40, 41, 42, 300, 999, 1500, 2047, 3000, 3333], reads: [])),
    "devices": Machine(memory: "128M", extra: ["-device", "edu", "-device", "pci-testdev"]),
    "pciwindows": Machine(memory: "128M", extra: sharedMemory("16M", 1)).countingInstructions,
    "pcibridges": Machine(
      memory: "128M",
      extra: [
        "-device", "pci-bridge,id=outer,chassis_nr=1", "-device",
        "pci-bridge,id=inner,bus=outer,addr=1,chassis_nr=2", "-device", "edu,bus=inner,addr=1",
      ] + sharedMemory("16M", 1, bus: "outer")
    ).countingInstructions,
  ]

  /// Firmware that had no place below 4 GiB: with 3,583 MiB of memory its window has room for one of the two blocks of
  /// 256 MiB, so it puts both above.
  static let windows: [Scenario] = [
    Scenario(
      name: "64-bit base addresses above 4 GiB",
      machine: Machine(processor: "max", memory: "3583M", extra: sharedMemory("256M", 2)),
      words: "run=\"test pciwindows; pci\"",
      expects: .output([
        "1 base addresses assigned, 0 without a place", "0 base addresses assigned, 1 without a place",
        "claims", "ok 1 pciwindows", "1af4:1110", "memory 0xe0000000-0xefffffff", "1af4:1110",
      ]))
  ]

  /// Blocks of memory behind 64-bit base addresses.
  private static func sharedMemory(_ size: String, _ count: Int, bus: String = "pci.0") -> [String] {
    (0..<count).flatMap {
      [
        "-object", "memory-backend-ram,id=block\($0),size=\(size)", "-device",
        "ivshmem-plain,memdev=block\($0),bus=\(bus)",
      ]
    }
  }

  /// Words of `kmem=`, and the image with classes, arrays and strings on kmem.
  static let memoryWords: [Scenario] = [
    memory("test=swiftheap", hasHeap: true),
    memory("kmem=all test=swiftheap", hasHeap: true, processor: "486"),
    memory("kmem=all test=kmem"),
    memory("kmem=zero test=kmem"),
    memory("kmem=guard:kmem-96 test=kmem"),
    Scenario(
      name: "a cache that is not there cannot be guarded", machine: Machine(processor: "486", memory: "16M"),
      words: "kmem=guard:kmem-97 test=leaks",
      expects: .output(["kmem=guard: no cache is called kmem-97 yet; there are kmem-", " kmem-96 "])),
    Scenario(
      name: "leaks are listed at the end", machine: Machine(processor: "486", memory: "16M"),
      words: "kmem=audit test=leaks",
      expects: .output([
        "ok 1 leaks", "kmem: leak object=0x", " size=100 cache=kmem-112 allocated-by=0x0000c0de",
        "kmem: leak object=0x", "000 size=20480 cache=kmem", "kmem: 2 leaks",
      ])),
  ]

  private static func memory(_ words: String, hasHeap: Bool = false, processor: String = "max") -> Scenario {
    Scenario(
      name: "\(words)\(hasHeap ? ", with a heap" : "")",
      machine: Machine(processor: processor, memory: "16M").countingInstructions, words: words,
      hasHeap: hasHeap, expects: .report)
  }

  static func selfTest(
    _ machine: Machine, fromDisc: Bool = false, isDebugBuild: Bool = false
  ) -> Scenario {
    let remark = (fromDisc ? ", GRUB" : "") + (isDebugBuild ? ", debug" : "")
    return Scenario(
      name: "self-tests, \(machine.title)\(remark)", machine: machine.countingInstructions, words: "test",
      fromDisc: fromDisc, isDebugBuild: isDebugBuild, expects: .report)
  }

  /// A suite alone.
  static func suite(_ name: String) -> Scenario {
    let machine = suiteMachines[name] ?? Machine(memory: "128M").countingInstructions
    return Scenario(
      name: "suite \(name), \(machine.title)", machine: machine, words: "test=\(name)", expects: .report,
      limit: 1200)
  }
}
