import Foundation
import QEMU
import Testing

@Suite struct TestDiskTests {
  @Test func aDiskThatNobodyWroteToIsFoundOut() throws {
    let path = NSTemporaryDirectory() + "test-disk-\(UUID().uuidString)"
    let disk = TestDisk(path: path)
    try disk.write()
    // The last eight sectors are what the kernel has to change.
    #expect(try disk.findings().count == 8)
    let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
    try file.write(contentsOf: [0])
    try file.close()
    #expect(try disk.findings().count == 9)
    try disk.remove()
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test func theDiskIsTheFirstOfTheMachine() {
    let disk = TestDisk(path: "a,b")
    #expect(disk.arguments == ["-drive", "file=a,,b,format=raw,if=ide,index=0,media=disk"])
    #expect(Machine(memory: "64M").withTestDisk.countingInstructions.testDisk == .ide)
    #expect(
      TestDisk(path: "a", on: .virtio).arguments.last == "virtio-blk-pci,drive=disk,disable-modern=on")
  }
}
