import BusSpace

/// A legacy virtio block device on PCI, in ports 0xC040 and up, which notes what a real one would not forgive.
final class ModelVirtio: BusMastering {
  static let ports: ClosedRange<UInt32> = 0xC040...0xC07F

  let memory: ModelMemory
  var sectors: UInt64
  var features: UInt32
  var queueSize: UInt16
  var largestPiece: UInt32 = 0
  /// What was written; the rest reads as the sector's number in every byte.
  var contents: [UInt64: [UInt8]] = [:]
  var badSectors: Set<UInt64> = []
  /// Bytes fewer than it was asked for, without a complaint.
  var missing = 0
  /// A number of its own for the chain that it is through with.
  var lie: UInt32?
  /// Works at nothing.
  var isStuck = false
  var atInterrupt: () -> Void = {}
  private(set) var accepted: UInt32 = 0
  private(set) var flushes = 0
  private(set) var resets = 0
  private(set) var notifications = 0
  /// Why its line is up: bit 0 for a queue, bit 1 for its configuration (Virtio 1.0, 4.1.4.5).
  private var reasons: UInt8 = 0
  var isLineUp: Bool { reasons != 0 }
  private(set) var status: UInt8 = 0
  private(set) var faults: [String] = []
  /// Chains that it was shown and is not through with.
  private(set) var pending: [UInt16] = []
  private var page: UInt32 = 0
  private var seen: UInt16 = 0
  private var used: UInt16 = 0

  init(_ memory: ModelMemory, sectors: UInt64, features: UInt32 = 1 << 9, queueSize: UInt16 = 8) {
    self.memory = memory
    self.sectors = sectors
    self.features = features
    self.queueSize = queueSize
  }

  func content(_ sector: UInt64) -> [UInt8] {
    contents[sector] ?? [UInt8](repeating: UInt8(truncatingIfNeeded: sector), count: 512)
  }

  func deviceAddress(of bytes: UnsafeRawBufferPointer) -> UInt32? { memory.address(of: bytes) }

  func barrier() {}

  // MARK: Ports

  func read8(_ tag: BusTag, _ address: UInt32) -> UInt8 {
    switch address - 0xC040 {
    case 0x12: return status
    case 0x13:
      defer { reasons = 0 }
      return reasons
    default: return UInt8(fault("read of a byte at \(address)"))
    }
  }

  func read16(_ tag: BusTag, _ address: UInt32) -> UInt16 {
    address == 0xC04C ? queueSize : UInt16(fault("read of 16 bits at \(address)"))
  }

  func read32(_ tag: BusTag, _ address: UInt32) -> UInt32 {
    switch address - 0xC040 {
    case 0: return features
    case 0x14: return UInt32(truncatingIfNeeded: sectors)
    case 0x18: return UInt32(truncatingIfNeeded: sectors >> 32)
    case 0x1C where features & 2 != 0: return largestPiece
    default: return fault("read of 32 bits at \(address)")
    }
  }

  func write8(_ tag: BusTag, _ address: UInt32, _ value: UInt8) {
    guard address == 0xC052 else {
      _ = fault("write of a byte at \(address)")
      return
    }
    if value == 0 { reset() } else if value & status != status { _ = fault("status went back") }
    status = value
  }

  func write16(_ tag: BusTag, _ address: UInt32, _ value: UInt16) {
    switch address - 0xC040 {
    case 0x0E: if value != 0 { _ = fault("a queue that is not there") }
    case 0x10: notify(value)
    default: _ = fault("write of 16 bits at \(address)")
    }
  }

  func write32(_ tag: BusTag, _ address: UInt32, _ value: UInt32) {
    switch address - 0xC040 {
    case 4:
      if value & ~features != 0 { _ = fault("accepts what is not offered") }
      accepted = value
    case 8: page = value
    default: _ = fault("write of 32 bits at \(address)")
    }
  }

  private func fault(_ what: String) -> UInt32 {
    faults.append(what)
    return 0xFF
  }

  private func reset() {
    resets += 1
    (page, seen, used, accepted) = (0, 0, 0, 0)
    pending = []
    reasons = 0
  }

  // MARK: The queue

  private func word16(_ offset: Int) -> UInt16 {
    memory.at(page << 12 + UInt32(offset), count: 2)!.load(as: UInt16.self)
  }

  private var usedOffset: Int { (Int(queueSize) * 18 + 6 + 4095) / 4096 * 4096 }

  private func notify(_ queue: UInt16) {
    notifications += 1
    if status != 7 || page == 0 { _ = fault("notified before it was ready") }
    guard !isStuck else { return }
    look()
    completeAll()
  }

  /// Takes over every chain that it was shown.
  func look() {
    let available = Int(queueSize) * 16
    let index = word16(available + 2)
    while seen != index {
      pending.append(word16(available + 4 + Int(seen & (queueSize - 1)) * 2))
      seen &+= 1
    }
  }

  func completeAll() { while !pending.isEmpty { complete(0) } }

  private struct Part {
    var bytes: UnsafeMutableRawBufferPointer
    var isWritten: Bool
  }

  private func chain(_ head: UInt16) -> [Part] {
    var parts: [Part] = []
    var index = Int(head)
    while parts.count <= Int(queueSize) {
      let entry = memory.at(page << 12 + UInt32(index * 16), count: 16)!
      let flags = entry.load(fromByteOffset: 12, as: UInt16.self)
      let count = Int(entry.load(fromByteOffset: 8, as: UInt32.self))
      guard let bytes = memory.at(entry.load(as: UInt32.self), count: count),
        entry.load(fromByteOffset: 4, as: UInt32.self) == 0
      else {
        _ = fault("a piece outside of memory")
        return parts
      }
      let isWritten = flags & 2 != 0
      if let last = parts.last, last.isWritten, !isWritten { _ = fault("reads behind what it writes") }
      parts.append(Part(bytes: bytes, isWritten: isWritten))
      guard flags & 1 != 0 else { return parts }
      index = Int(entry.load(fromByteOffset: 14, as: UInt16.self))
    }
    _ = fault("a chain without an end")
    return parts
  }

  /// Does what a chain asks for, whichever it is.
  func complete(_ number: Int) {
    let head = pending.remove(at: number)
    let parts = chain(head)
    var filled: UInt32 = 0
    if parts.count >= 2, parts[0].bytes.count == 16, !parts[0].isWritten, parts.last!.bytes.count == 1 {
      filled = UInt32(serve(parts))
    } else {
      _ = fault("a chain of another shape")
    }
    let place = memory.at(page << 12 + UInt32(usedOffset + 4 + Int(used & (queueSize - 1)) * 8), count: 8)!
    place.storeBytes(of: lie ?? UInt32(head), as: UInt32.self)
    place.storeBytes(of: filled, toByteOffset: 4, as: UInt32.self)
    used &+= 1
    memory.at(page << 12 + UInt32(usedOffset + 2), count: 2)!.storeBytes(of: used, as: UInt16.self)
    if word16(Int(queueSize) * 16) & 1 == 0 {
      reasons |= 1
      atInterrupt()
    }
  }

  /// The host gives it another size, which the driver is told whether it wants interrupts of the queue or not.
  func resize(_ sectors: UInt64) {
    self.sectors = sectors
    reasons |= 3
    atInterrupt()
  }

  private func serve(_ parts: [Part]) -> Int {
    let header = parts[0].bytes
    let type = header.load(as: UInt32.self)
    let sector = header.load(fromByteOffset: 8, as: UInt64.self)
    let data = parts.dropFirst().dropLast()
    var filled = 0
    var result: UInt8 = 0
    let count = UInt64(data.reduce(0) { $0 + $1.bytes.count } / 512)
    if type == 4 {
      if accepted & 1 << 9 == 0 { _ = fault("a flush that was not agreed on") }
      flushes += 1
    } else if sector + count > sectors || (sector..<sector + count).contains(where: badSectors.contains) {
      result = 1
    } else if type == 0 {
      let all = (sector..<sector + count).flatMap { content($0) }.dropLast(missing)
      for part in data {
        if !part.isWritten { _ = fault("a read into what it may not write") }
        let piece = all.dropFirst(filled).prefix(part.bytes.count)
        part.bytes.copyBytes(from: piece)
        filled += piece.count
      }
    } else if type == 1 {
      let all = data.flatMap { Array($0.bytes) }
      for index in 0..<Int(count) {
        contents[sector + UInt64(index)] = Array(all[index * 512..<index * 512 + 512])
      }
    } else {
      result = 2
    }
    parts.last!.bytes[0] = result
    return filled + 1
  }
}
