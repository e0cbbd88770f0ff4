import BusSpace

/// An ATA channel with drives in host memory, which notes what a real one would not forgive (Disks-I5).
final class ModelATA: BusMastering {
  struct Drive {
    var sectors: UInt64
    var isWide = true
    /// Only what was written; the rest reads as its own number in every word.
    var contents: [UInt64: [UInt16]] = [:]
    /// What fails, and with which error register.
    var badSectors: Set<UInt64> = []
    var isPacketDevice = false
    var hasTransferMode = false
  }

  var drives: [Drive?]
  var faults: [String] = []
  /// Status reads for which a drive is busy with a step.
  var busyReads = 2
  /// Never ready again.
  var isStuck = false
  /// Done without a word: the line stays down.
  var isDumb = false
  /// Called when the line goes up.
  var atInterrupt: () -> Void = {}
  /// The bus master, and what it reaches; none where there is no memory.
  var engine = ModelEngine()
  var memory: ModelMemory?
  private(set) var commands: [UInt8] = []
  private(set) var resets = 0
  var interrupts = 0
  var isLineUp = false

  static let commandFirst: UInt32 = 0x1F0
  static let controlPort: UInt32 = 0x3F6

  enum Phase: Equatable {
    case idle
    case dataIn(left: Int)
    case dataOut(left: Int)
    case finishing
    /// The bus master moves so many sectors.
    case transfer(count: Int, toMemory: Bool)
  }

  var phase = Phase.idle
  var busy = 0
  var hasFailed = false
  var error: UInt8 = 0
  private var device: UInt8 = 0
  /// Count, low, middle, high, each with the byte before.
  var registers = [(now: UInt8, before: UInt8)](repeating: (0, 0), count: 4)
  var sector: UInt64 = 0
  var buffer: [UInt16] = []
  var isQuiet = false
  private var showsUpper = false
  private var isIdentify = false

  init(_ first: Drive?, _ second: Drive? = nil) { drives = [first, second] }

  var selected: Int { Int(device >> 4 & 1) }

  var drive: Drive? { drives[selected] }

  func content(_ drive: Int, _ sector: UInt64) -> [UInt16] {
    drives[drive]!.contents[sector] ?? [UInt16](repeating: UInt16(truncatingIfNeeded: sector), count: 256)
  }

  // MARK: Ports

  func read8(_ tag: BusTag, _ address: UInt32) -> UInt8 {
    if tag == .io, ModelEngine.ports.contains(address) { return readEngine(address) }
    guard drive != nil else { return drives.allSatisfy { $0 == nil } ? 0xFF : 0 }
    switch address {
    case Self.controlPort: return status(answers: false)
    case 0x1F1: return error
    case 0x1F2...0x1F5:
      let register = registers[Int(address - 0x1F2)]
      return showsUpper ? register.before : register.now
    case 0x1F6: return device
    case 0x1F7: return status(answers: true)
    default: return fault("read of \(address)")
    }
  }

  func write8(_ tag: BusTag, _ address: UInt32, _ value: UInt8) {
    switch address {
    case Self.controlPort:
      isQuiet = value & 2 != 0
      showsUpper = value & 0x80 != 0
      if value & 4 != 0 { reset() }
    case 0x1F2...0x1F5:
      let index = Int(address - 0x1F2)
      registers[index] = (value, registers[index].now)
    case 0x1F6: device = value
    case 0x1F7: execute(value)
    case ModelEngine.ports: writeEngine(address, value)
    default: _ = fault("write of \(address)")
    }
  }

  func read16(_ tag: BusTag, _ address: UInt32) -> UInt16 {
    guard address == 0x1F0, case .dataIn(let left) = phase, busy == 0, !buffer.isEmpty else {
      return UInt16(fault("data read when there is none"))
    }
    let word = buffer.removeFirst()
    if buffer.isEmpty { next(.dataIn(left: left - 1)) }
    return word
  }

  func write16(_ tag: BusTag, _ address: UInt32, _ value: UInt16) {
    guard address == 0x1F0, case .dataOut(let left) = phase, busy == 0 else {
      _ = fault("data written when none is wanted")
      return
    }
    buffer.append(value)
    if buffer.count == 256 { store(left) }
  }

  func read32(_ tag: BusTag, _ address: UInt32) -> UInt32 { UInt32(fault("a transfer of 32 bits")) }
  func write32(_ tag: BusTag, _ address: UInt32, _ value: UInt32) {
    guard address == ModelEngine.ports.lowerBound + 4 else {
      _ = fault("a transfer of 32 bits")
      return
    }
    engine.table = value
  }

  func deviceAddress(of bytes: UnsafeRawBufferPointer) -> UInt32? { memory?.address(of: bytes) }
  func barrier() {}

  func fault(_ what: String) -> UInt8 {
    faults.append(what)
    return 0xFF
  }

  // MARK: The drives

  private func status(answers: Bool) -> UInt8 {
    if answers { isLineUp = false }
    if isStuck { return 0x80 }
    if busy > 0 {
      busy -= 1
      if busy == 0, case .transfer(let count, let toMemory) = phase { move(count, toMemory: toMemory) }
      // As long as data is wanted there is nothing to tell.
      if busy == 0, commands.last != nil { if case .transfer = phase {} else { raise() } }
      return 0x80
    }
    if phase == .finishing { phase = .idle }
    let wantsData: Bool
    switch phase {
    case .dataIn, .dataOut, .transfer: wantsData = true
    default: wantsData = false
    }
    return 0x50 | (wantsData ? 0x08 : 0) | (hasFailed ? 0x01 : 0)
  }

  func raise() {
    guard !isQuiet, !isDumb else { return }
    interrupts += 1
    isLineUp = true
    engine.status |= 4
    atInterrupt()
  }

  private func reset() {
    resets += 1
    phase = .idle
    busy = busyReads
    hasFailed = false
    buffer = []
  }

  private func execute(_ command: UInt8) {
    guard let drive else { return }
    if busy > 0 || phase != .idle { faults.append("command while working") }
    commands.append(command)
    hasFailed = false
    busy = busyReads
    isIdentify = false
    switch command {
    case 0xEC where drive.isPacketDevice:
      registers[2].now = 0x14
      registers[3].now = 0xEB
      fail(0x04)
    case 0xEC:
      registers[2].now = 0
      registers[3].now = 0
      buffer = identity(drive)
      isIdentify = true
      phase = .dataIn(left: 1)
    case 0x20: begin(isWide: false) { .dataIn(left: $0) }
    case 0x24: begin(isWide: true) { .dataIn(left: $0) }
    case 0x30: begin(isWide: false) { .dataOut(left: $0) }
    case 0x34: begin(isWide: true) { .dataOut(left: $0) }
    case 0xC8: begin(isWide: false) { .transfer(count: $0, toMemory: true) }
    case 0x25: begin(isWide: true) { .transfer(count: $0, toMemory: true) }
    case 0xCA: begin(isWide: false) { .transfer(count: $0, toMemory: false) }
    case 0x35: begin(isWide: true) { .transfer(count: $0, toMemory: false) }
    case 0xE7, 0xEA: phase = .finishing
    default: fail(0x04)
    }
  }

  func begin(isWide: Bool, _ make: (Int) -> Phase) {
    if isWide, drive?.isWide != true { return fail(0x04) }
    if device & 0x40 == 0 { faults.append("no logical block address") }
    let low = (0..<3).reduce(UInt64(0)) { $0 | UInt64(registers[1 + $1].now) << UInt64($1 * 8) }
    let high = (0..<3).reduce(UInt64(0)) { $0 | UInt64(registers[1 + $1].before) << UInt64($1 * 8) }
    sector = isWide ? high << 24 | low : UInt64(device & 0x0F) << 24 | low
    let full = isWide ? 65_536 : 256
    let count = isWide ? Int(registers[0].before) << 8 | Int(registers[0].now) : Int(registers[0].now)
    buffer = []
    phase = make(count == 0 ? full : count)
    if case .dataIn = phase { load() }
    // It waits for the bus master.
    if case .transfer = phase { busy = 0 }
  }

  private func load() {
    guard let drive, sector < drive.sectors else { return fail(0x10) }
    if drive.badSectors.contains(sector) { return fail(0x40) }
    buffer = content(selected, sector)
  }

  private func store(_ left: Int) {
    guard let drive, sector < drive.sectors else { return fail(0x10) }
    busy = busyReads
    if drive.badSectors.contains(sector) { return fail(0x40) }
    drives[selected]?.contents[sector] = buffer
    buffer = []
    sector += 1
    phase = left > 1 ? .dataOut(left: left - 1) : .finishing
  }

  private func next(_ phase: Phase) {
    guard case .dataIn(let left) = phase, left > 0, !isIdentify else {
      self.phase = .idle
      return
    }
    self.phase = phase
    sector += 1
    busy = busyReads
    load()
  }

  func fail(_ error: UInt8) {
    self.error = error
    hasFailed = true
    phase = .idle
    buffer = []
  }

  private func identity(_ drive: Drive) -> [UInt16] {
    var words = [UInt16](repeating: 0, count: 256)
    words[49] = drive.hasTransferMode ? 0x0300 : 0x0200
    words[53] = 4
    words[88] = drive.hasTransferMode ? 0x203F : 0x003F
    let narrow = UInt32(clamping: min(drive.sectors, 0xFFF_FFFF))
    words[60] = UInt16(truncatingIfNeeded: narrow)
    words[61] = UInt16(truncatingIfNeeded: narrow >> 16)
    words[83] = drive.isWide ? 0x7400 : 0x4000
    for index in 0..<4 where drive.isWide {
      words[100 + index] = UInt16(truncatingIfNeeded: drive.sectors >> UInt64(index * 16))
    }
    for (index, character) in "MODEL DISK".padding(to: 40).utf8.enumerated() {
      words[27 + index / 2] |= UInt16(character) << (index & 1 == 0 ? 8 : 0)
    }
    return words
  }
}

extension String {
  fileprivate func padding(to count: Int) -> String {
    self + String(repeating: " ", count: count - utf8.count)
  }
}
