#if os(none)
import Boot
import Frames
import Paging
import Primitives
import VMap
import VMem

/// A thread's stack: pages of `kva` over frames of their own, and under them a guard of addresses that nothing is
/// mapped at (Machine-I3).
@safe
public struct ThreadStack: Sendable {
  /// Bytes of every thread's stack; see Machine.md for what was measured.
  public static var size: UInt32 {
    #if DEBUG
    32768
    #else
    16384
    #endif
  }

  /// Guard and stack.
  let addresses: AddressRange<UInt32>
  private let node: Place<ThreadStacks.Node>

  /// Bytes at the upper end that the node takes.
  private static var nodeSize: UInt32 {
    UInt32(truncatingIfNeeded: (MemoryLayout<ThreadStacks.Node>.stride + 15) & ~15)
  }

  /// What is free for record and stack: aligned to 16 at both ends.
  public var storage: UnsafeMutableRawBufferPointer {
    // Mapped since `init` and until `release`.
    unsafe UnsafeMutableRawBufferPointer(
      start: UnsafeMutableRawPointer(bitPattern: UInt(addresses.first + UInt32(STACK_GUARD_SIZE))),
      count: Int(Self.size - Self.nodeSize))
  }

  /// Takes addresses and frames and maps them, writable; the frames hold zeros.
  ///
  /// - Parameter owner: In whose name.
  ///
  /// Fails for want of addresses, frames or page tables, and leaves everything as before. Context: any.
  public init<Lock: ~Copyable>(
    name: StaticString, owner: Owner, window: VMap<HardwareMMU, Lock>, frames: FrameAllocator<Lock>
  ) throws(ThreadStackError) {
    var request = Request<UInt32>(count: UInt32(STACK_GUARD_SIZE) + Self.size)
    request.owner = owner
    let addresses: AddressRange<UInt32>
    do throws(AllocationError<UInt32>) { addresses = try window.arena.allocate(request) } catch {
      throw .noAddresses
    }
    let pages = Self.pages(addresses)
    do throws(ThreadStackError) { try Self.map(pages, owner, window.pageMap, frames) } catch {
      Self.giveBack(addresses, to: window)
      throw error
    }
    self.addresses = addresses
    let place = unsafe UnsafeMutablePointer<ThreadStacks.Node>(
      bitPattern: UInt(addresses.last - (Self.nodeSize - 1))
    ).unsafelyUnwrapped
    let first = addresses.first + UInt32(STACK_GUARD_SIZE)
    // The upper end of pages that were just mapped and are nobody else's.
    unsafe place.initialize(to: ThreadStacks.Node(name: name, first: first, last: addresses.last))
    node = unsafe Place(place)
    ThreadStacks.add(node)
  }

  /// Unmaps the stack and gives everything back. The thread has ended, and was joined.
  public func release<Lock: ~Copyable>(window: VMap<HardwareMMU, Lock>, frames: FrameAllocator<Lock>) {
    ThreadStacks.remove(node)
    Self.unmap(Self.pages(addresses), window.pageMap, frames)
    Self.giveBack(addresses, to: window)
  }

  /// Bytes from the top down to the deepest word that was ever written. Linear in the stack. For tests and the monitor.
  public var deepestUse: UInt32 { node.value.stack.deepestUse }
}

/// Why there is no stack for a thread. Everything is as before.
public enum ThreadStackError: Error, Equatable, Sendable {
  case noAddresses
  case noFrames(FrameError)
  case noTables(PagingError)
}

extension ThreadStack {
  private static func pages(_ addresses: AddressRange<UInt32>) -> PageRange {
    PageRange(
      PageNumber(containing: addresses.first + UInt32(STACK_GUARD_SIZE)),
      through: PageNumber(containing: addresses.last))
  }

  /// Maps a cleared frame to each page, one after the other.
  private static func map<Lock: ~Copyable>(
    _ pages: PageRange, _ owner: Owner, _ pageMap: PageMap<HardwareMMU, Lock>, _ frames: FrameAllocator<Lock>
  ) throws(ThreadStackError) {
    for number in pages.first.rawValue...pages.last.rawValue {
      let page = PageNumber(number)
      do throws(ThreadStackError) { try map(page, owner, pageMap, frames) } catch {
        if page > pages.first {
          unmap(PageRange(pages.first, through: PageNumber(number - 1)), pageMap, frames)
        }
        throw error
      }
    }
  }

  private static func map<Lock: ~Copyable>(
    _ page: PageNumber, _ owner: Owner, _ pageMap: PageMap<HardwareMMU, Lock>, _ frames: FrameAllocator<Lock>
  ) throws(ThreadStackError) {
    let frame: FrameNumber
    // Within the direct map, so that the frame can be cleared before anybody sees it.
    do throws(FrameError) { frame = try frames.allocate(in: .direct, owner: owner) } catch {
      throw .noFrames(error)
    }
    _ = unsafe HardwareMMU().memory(of: frame).initializeMemory(as: UInt8.self, repeating: 0)
    do throws(PagingError) {
      try pageMap.map(PageRange(page, through: page), to: frame, PageAttributes(.writeBack, isWritable: true))
    } catch {
      frames.giveBack(frame, isZero: true)
      throw .noTables(error)
    }
  }

  private static func unmap<Lock: ~Copyable>(
    _ pages: PageRange, _ pageMap: PageMap<HardwareMMU, Lock>, _ frames: FrameAllocator<Lock>
  ) {
    do throws(PagingError) {
      let receipt = try pageMap.unmap(pages, collecting: true)
      pageMap.settle(receipt).release(to: frames)
    } catch {
      panic("a thread's stack was unmapped by somebody else", .hexadecimal("page", pages.first.address))
    }
  }

  private static func giveBack<Lock: ~Copyable>(
    _ addresses: AddressRange<UInt32>, to window: VMap<HardwareMMU, Lock>
  ) {
    do throws(FreeError<UInt32>) { try window.arena.free(addresses) } catch {
      panic("a thread's addresses are gone", .range("stack", addresses.first, addresses.last))
    }
  }
}
#endif
