import Foundation
import Pageable
import Testing

@testable import QEMU

/// The images that swap tests boot with.
@Suite struct SwapDiskTests {
  private func withDisk(_ kind: SwapDisk.Kind, _ body: (SwapDisk) throws -> Void) throws {
    let disk = SwapDisk(path: NSTemporaryDirectory() + "/swap-\(UUID().uuidString).img", kind)
    try disk.write()
    defer { try? disk.remove() }
    try body(disk)
  }

  @Test func aSignedDiskIsWhatTheKernelLooksFor() throws {
    try withDisk(.signed(mebibytes: 2)) { disk in
      let data = try Data(contentsOf: URL(fileURLWithPath: disk.path))
      #expect(data.count == 2 << 20)
      let sector = Array(data.prefix(512))
      #expect(SwapArea(signature: sector.span, sectors: 4096)?.slots == 511)
      #expect(try disk.findings() == [])
    }
  }

  @Test func aForeignDiskIsNoneAndEveryByteCounts() throws {
    try withDisk(.foreign(mebibytes: 1)) { disk in
      var data = try Data(contentsOf: URL(fileURLWithPath: disk.path))
      let sector = Array(data.prefix(512))
      #expect(SwapArea(signature: sector.span, sectors: 2048) == nil)
      #expect(try disk.findings() == [])
      data[777_777] ^= 1
      try data.write(to: URL(fileURLWithPath: disk.path))
      #expect(try disk.findings().count == 1)
    }
  }

  @Test func aDiskIsTheFirstOfItsInterface() {
    let disk = SwapDisk(path: "a,b", .signed(mebibytes: 1))
    #expect(disk.arguments == ["-drive", "file=a,,b,format=raw,if=ide,index=0,media=disk"])
    let other = SwapDisk(path: "a,b", .signed(mebibytes: 1), on: .virtio)
    #expect(
      other.arguments == [
        "-drive", "file=a,,b,format=raw,if=none,id=disk", "-device",
        "virtio-blk-pci,drive=disk,disable-modern=on",
      ])
  }

  @Test func aTransferFailsByItsNumber() {
    let disk = SwapDisk(path: "a", .failingOnce(mebibytes: 1, .write, number: 3))
    let words = disk.arguments[1].split(separator: ",").filter {
      $0.hasPrefix("file.set") || $0.hasPrefix("file.inj")
    }
    #expect(
      words == [
        "file.set-state.0.event=write_aio", "file.set-state.0.state=1", "file.set-state.0.new_state=2",
        "file.set-state.1.event=write_aio", "file.set-state.1.state=2", "file.set-state.1.new_state=3",
        "file.inject-error.0.event=write_aio", "file.inject-error.0.iotype=write",
        "file.inject-error.0.state=3", "file.inject-error.0.once=on",
      ])
    #expect(
      SwapDisk(path: "a", .failingOnce(mebibytes: 1, .read, number: 1)).arguments[1].contains(
        "file.image.filename=a,file.set-state.0.event=read_aio,file.set-state.0.state=1,file.set-state.0.new_state=2,file.inject-error.0.event=read_aio,"
      ))
  }

  @Test func aFailingDiskHasARuleForEachSlot() {
    let disk = SwapDisk(path: "a,b", .failing(mebibytes: 1, writes: [1], reads: [2]))
    #expect(disk.arguments[1].contains("file.image.filename=a,,b"))
    #expect(
      disk.arguments[1].contains(
        "inject-error.0.event=none,file.inject-error.0.iotype=write,file.inject-error.0.sector=8"))
    #expect(disk.arguments[1].contains("inject-error.1.iotype=read,file.inject-error.1.sector=16"))
  }
}
