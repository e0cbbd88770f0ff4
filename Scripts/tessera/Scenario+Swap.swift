import QEMU

/// The boots that have to do with swap disks.
extension Scenario {
  static let swapping: [Scenario] = [
    Scenario(
      name: "swap: a foreign disk is left alone", machine: small.with(.foreign(mebibytes: 8)),
      words: "test=pageable run=\"swapon 0; swapon --format 0; swap\"",
      expects: .output([
        "disk 0 carries no swap signature and is left alone", "swap       none",
        "error: the disk carries no swap signature", "error: this overwrites the disk", "ok 1 pageable",
      ])),
    Scenario(
      name: "swap: a disk that is named is used", machine: small.with(.signed(mebibytes: 40)),
      words: "swap=0 test=swap", expects: .output(["on disk 0", "ok 1 swap"])),
    Scenario(
      name: "swap: on virtio", machine: small.with(.signed(mebibytes: 40), on: .virtio),
      words: "test=swap run=\"disks; bus\"",
      expects: .output([
        "disk 4     40M virtio", "on disk 4", "moves data itself", "irq 11", " scsi", "virtio", "ok 1 swap",
      ])),
    Scenario(
      name: "swap: on virtio, on a board without ATA",
      machine: Machine("q35", memory: "16M").with(.signed(mebibytes: 40), on: .virtio),
      words: "swap=4 test=swap",
      expects: .output(["on disk 4", "ok 1 swap"])),
    Scenario(
      name: "swap: on ATA that the processor serves, on a board without PCI",
      machine: Machine("isapc", processor: "486", memory: "8M").with(.signed(mebibytes: 40)),
      words: "test=swap",
      expects: .output(["on disk 0", "ok 1 swap"])),
    Scenario(
      name: "swap: a foreign virtio disk is left alone",
      machine: small.with(.foreign(mebibytes: 8), on: .virtio), words: "test=pageable run=\"swapon 4; swap\"",
      expects: .output([
        "disk 4 carries no swap signature and is left alone", "swap       none",
        "error: the disk carries no swap signature", "ok 1 pageable",
      ])),
    Scenario(
      name: "swap: a virtio disk that can only be read is left alone",
      machine: small.with(.readOnly(mebibytes: 8), on: .virtio),
      words: "test=pageable run=\"swapon 4; swap\"",
      expects: .output([
        "virtio, read-only", "disk 4 can only be read, and is left alone", "swap       none",
        "error: the disk can only be read", "ok 1 pageable",
      ])),
    Scenario(
      name: "swap: write errors of a virtio disk retire slots and nothing is lost",
      machine: small.with(.failing(mebibytes: 64, writes: [1, 2, 7, 30, 500], reads: []), on: .virtio),
      words: "test=swap", expects: .output(["swap: writing slot 1 failed", "ok 1 swap"])),
    Scenario(
      name: "swap: a page that a virtio disk cannot read is reported to who touches it",
      machine: small.with(.failing(mebibytes: 64, writes: [], reads: [1]), on: .virtio),
      words: "fatal=unreadable",
      expects: .panic([
        "swap: reading slot 1 failed", "could not be read back from slot 1", "panic: page fault",
      ])),
    Scenario(
      name: "swap: a disk that is not there", machine: small, words: "swap=3 run=swap",
      expects: .output(["there is no disk 3 to use", "swap       none"])),
    Scenario(
      name: "swap: write errors retire slots and nothing is lost",
      machine: small.with(.failing(mebibytes: 64, writes: [1, 2, 7, 30, 31, 32, 500, 1000], reads: [])),
      words: "test=swap", expects: .output(["swap: writing slot 1 failed", "ok 1 swap"])),
    Scenario(
      name: "swap: a page that cannot be read is reported to who touches it",
      machine: small.with(.failing(mebibytes: 64, writes: [], reads: [1])), words: "fatal=unreadable",
      expects: .panic([
        "swap: reading slot 1 failed", "pageable: ", "could not be read back from slot 1",
        "panic: page fault",
      ])),
    Scenario(
      name: "fatal=pageable, freed", machine: small, words: "fatal=freed",
      expects: .panic([
        "pageable: ", "is nobody's: it was freed", "panic: page fault", "touchFreed(_:) at Kernel/",
      ])),
    Scenario(
      name: "fatal=pageable, under a lock", machine: small.with(.signed(mebibytes: 16)),
      words: "fatal=locked",
      expects: .panic([
        "panic: page fault", "touched with interrupts off", "touchLocked(isResident:) at Kernel/",
      ])),
    forced(
      "residentlocked", isForced: true,
      ["touched with interrupts off", "touchLocked(isResident:) at Kernel/"]),
    forced("residentlocked", isForced: false, ["panic: the kernel survived a fatal scenario"]),
    forced("residentinterrupt", isForced: true, ["touched with interrupts off", "touchResidentInInterrupt"]),
    forced("residentinterrupt", isForced: false, ["panic: the kernel survived a fatal scenario"]),
    Scenario(
      name: "self-tests, forced eviction",
      machine: Machine(memory: "8M").with(.signed(mebibytes: 32)).countingInstructions,
      words: "evict=always test", isDebugBuild: true, expects: .report),
    Scenario(
      name: "tmpfs, forced eviction", machine: small.with(.signed(mebibytes: 32)),
      words: "evict=always run=\"tmpfs fill 500; tmpfs; tmpfs drop; swap\"", isDebugBuild: true,
      expects: .output(["500 files made, 500 verified", "slots", "pages resident"])),
    Scenario(
      name: "an optimised image cannot force eviction", machine: small, words: "evict=always run=swap",
      expects: .output(["ignored: evict=always wants", "slots"])),
    Scenario(
      name: "fatal=stuck", machine: small, words: "fatal=stuck",
      expects: .panic([
        "watchdog: worker 0 took no step for ", " ticks, after 1", "sleeper waits for a test",
        "panic: a worker is stuck worker=0",
      ])),
    Scenario(
      name: "monitor: files", machine: small.with(.signed(mebibytes: 16)), words: "",
      expects: .conversation(
        [
          "tmpfs", "tmpfs mkdir /dir", "tmpfs create /dir/one", "tmpfs write /dir/one words of a file",
          "tmpfs cat /dir/one", "tmpfs write /dir/one less", "tmpfs cat /dir/one",
          "tmpfs mv /dir/one /dir/two",
          "tmpfs ls /dir", "tmpfs ls", "tmpfs rm /dir", "tmpfs rm /dir/two", "tmpfs rm /dir/two",
          "tmpfs rm /dir",
          "tmpfs create /", "tmpfs mkdir /a", "tmpfs mkdir /a", "tmpfs mv /a /a/b", "tmpfs cat /a",
          "tmpfs fill 1000", "tmpfs", "memory", "swap", "tmpfs drop", "tmpfs drop",
        ],
        says: [
          "1 files and directories, 0 blocks", "\r\nwords of a file\r\n", "\r\nless\r\n",
          "4 bytes in two", "1 entries in dir/", "error: the directory has entries",
          "error: there is no such file", "error: a name is not empty",
          "error: there is an entry of that name already", "error: a directory cannot be moved into itself",
          "error: that is a directory", "1000 files made, 1000 verified", "1013 files and directories",
          "pageable, resident", "slots promised", "pages out, a second",
          "error: there is no file system yet",
        ])),
    Scenario(
      name: "monitor: a disk is formatted and used", machine: small.with(.signed(mebibytes: 16)),
      words: "swap=3",
      expects: .conversation(
        ["swapon --format 0", "swapon --format 0 erase", "swap", "memory", "swapon 0"],
        says: [
          "error: this overwrites", "on disk 0", "slots", "pageable, reserve", "error: there is a swap disk",
        ])),
  ]

  /// A touch of a resident page where law 7 forbids it: caught under forced eviction, and unnoticed without.
  private static func forced(_ scenario: String, isForced: Bool, _ report: [String]) -> Scenario {
    Scenario(
      name: "fatal=pageable, \(scenario)\(isForced ? ", forced eviction" : "")",
      machine: small.with(.signed(mebibytes: 16)),
      words: "\(isForced ? "evict=always " : "")fatal=\(scenario)", isDebugBuild: true,
      expects: .panic(report))
  }

  private static var small: Machine { Machine(memory: "16M") }
}
