import KMem
import Pool
import Primitives
import SimulatedPages
import Testing
import VMem

typealias Memory = KMem<UInt64, NoLock>
typealias Addresses = Arena<UInt64, NoLock>

/// kmem on a host: a block of the process stands for the kernel's addresses, a number for the frames behind them.
///
/// What has no memory behind it holds a pattern that is verified when memory comes: nobody wrote there. That, and that
/// nothing is backed twice or given back unbacked, are KMem-I2 and KMem-I3.
final class World {
  let direct: SimulatedPages
  /// For the tags of the arenas, which keep what they were given as long as they live.
  let tagPages = SimulatedPages(pages: 100)
  let kva: Addresses
  private(set) var kmem: Memory!
  private(set) var frames: Int
  let frameCount: Int
  /// Which call of `back` fails, counted from 1.
  var failingBack = 0
  private(set) var backs = 0
  private(set) var misuses: [String] = []
  private(set) var damages: [(damage: Damage, cache: String)] = []
  private var backed: [Bool]
  private let block: UnsafeMutableRawBufferPointer
  private let arenaStorage: UnsafeMutableRawBufferPointer
  private let storage: UnsafeMutableRawBufferPointer

  init(
    direct: Int = 64, frames: Int = 64, kvaPages: Int = 256, aids: DebuggingAids = .none,
    guarding: GuardedCache? = nil
  ) throws {
    self.direct = SimulatedPages(pages: direct)
    self.frames = frames
    frameCount = frames
    block = .allocate(byteCount: kvaPages * 4096, alignment: 4096)
    _ = block.initializeMemory(as: UInt8.self, repeating: 0xE7)
    backed = Array(repeating: false, count: kvaPages)
    let size = Addresses.storageSize(spans: 1, allocations: 2000)
    arenaStorage = .allocate(byteCount: size, alignment: 16)
    kva = try Addresses.create(name: "kva", quantum: 4096, storage: arenaStorage, lock: NoLock())
    try kva.add(first: UInt64(UInt(bitPattern: block.baseAddress!)), count: UInt64(block.count))
    storage = .allocate(byteCount: Memory.storageSize(), alignment: 1)
    let backing = Backing(
      context: Unmanaged.passUnretained(self).toOpaque(),
      back: { World.of($0).back($1, $2) }, unback: { World.of($0).unback($1, $2) },
      direct: self.direct.source(longestRun: 1),
      grant: { Memory.at($0).takeRun($1) }, release: { Memory.at($0).putRun($1, $2) },
      importSpan: { Memory.at($0).importSpan($1) }, releaseSpan: { Memory.at($0).releaseSpan($1) })
    let tags = TagSource(
      grant: { Unmanaged<SimulatedPages>.fromOpaque($0!).takeUnretainedValue().take($1 / 4096) },
      release: { Unmanaged<SimulatedPages>.fromOpaque($0!).takeUnretainedValue().giveBack($1, $2 / 4096) },
      context: Unmanaged.passUnretained(tagPages).toOpaque(), byteCount: 4096)
    do throws(KMemError) {
      kmem = try Memory.create(
        source: kva, backing: backing, tags: tags, aids: aids, guarding: guarding, storage: storage
      ) { NoLock() }
    } catch { throw NotMade(free: self.direct.free) }
    kmem.pools.setDamageHook(
      DamageHook(
        report: { context, damage, cache in
          let world = Unmanaged<World>.fromOpaque(context!).takeUnretainedValue()
          var name = ""
          cache.assumingMemoryBound(to: ArenaName.self).pointee.withBytes { bytes in
            for index in bytes.indices { name.unicodeScalars.append(Unicode.Scalar(bytes[index])) }
          }
          world.damages.append((damage.assumingMemoryBound(to: Damage.self).pointee, name))
        }, context: Unmanaged.passUnretained(self).toOpaque()))
  }

  private static func of(_ context: UnsafeMutableRawPointer?) -> World {
    Unmanaged<World>.fromOpaque(context!).takeUnretainedValue()
  }

  private func back(_ first: UInt, _ pages: Int) -> Bool {
    backs += 1
    if failingBack > 0 {
      failingBack -= 1
      if failingBack == 0 { return false }
    }
    guard frames >= pages else { return false }
    frames -= pages
    for page in self.pages(first, pages) {
      if backed[page] { misuses.append("page \(page) is backed twice") }
      if bytes(page).contains(where: { $0 != 0xE7 }) { misuses.append("page \(page) was written") }
      backed[page] = true
    }
    return true
  }

  private var watched: UnsafeRawBufferPointer?
  private(set) var wasClearWhenUnbacked: Bool?

  /// Notes whether these bytes are 0 when memory is taken from behind them.
  func watchUnbacking(of object: UnsafeMutableRawPointer, _ size: Int) {
    watched = UnsafeRawBufferPointer(start: object, count: size)
  }

  private func unback(_ first: UInt, _ pages: Int) {
    if let watched, UInt(bitPattern: watched.baseAddress) == first {
      wasClearWhenUnbacked = watched.allSatisfy { $0 == 0 }
    }
    frames += pages
    for page in self.pages(first, pages) {
      if !backed[page] { misuses.append("page \(page) is not backed") }
      backed[page] = false
      _ = UnsafeMutableRawBufferPointer(mutating: bytes(page)).initializeMemory(
        as: UInt8.self, repeating: 0xE7)
    }
  }

  private func pages(_ first: UInt, _ pages: Int) -> Range<Int> {
    let page = (Int(first) - Int(bitPattern: block.baseAddress!)) / 4096
    return page..<page + pages
  }

  private func bytes(_ page: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(block)[page * 4096..<(page + 1) * 4096])
  }

  deinit {
    block.deallocate()
    arenaStorage.deallocate()
    storage.deallocate()
  }

  struct NotMade: Error { var free: Int }

  /// What is free: frames, direct pages, addresses.
  var counts: [UInt64] {
    [UInt64(frames), UInt64(direct.free), kva.statistics.free, UInt64(kmem.memory.statistics.inUse)]
  }

  func expectSound(_ location: SourceLocation = #_sourceLocation) {
    #expect(throws: Never.self, sourceLocation: location) { try kmem.pools.checkInvariants() }
    for arena in [kva, kmem.addresses, kmem.memory] {
      #expect(arena.checkInvariants() == 0, sourceLocation: location)
    }
    #expect(misuses.isEmpty && direct.misuses.isEmpty && tagPages.misuses.isEmpty, sourceLocation: location)
    #expect(frames + backed.count { $0 } == frameCount, sourceLocation: location)
  }
}
