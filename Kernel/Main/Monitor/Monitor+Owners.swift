#if os(none)
import KMem
import Machine
import Pool
import Primitives
import Text
import VMem

extension Monitor {
  /// `owners`: the sums of each owner that has something, a column for each arena.
  mutating func listOwners() {
    let kernel = kernel
    // An owner and eight arenas.
    Table<ConsoleSink, 9>.write(to: &console) { table in
      table.heading("owner")
      kernel.eachArena { arena in
        table.cell(.right) { cell in
          cell.begin(.heading)
          arena.name.withBytes { cell.write($0) }
          cell.endStyle()
        }
      }
      table.endRow()
      Owners.each { owner in
        guard kernel.has(owner) else { return }
        table.cell { cell in cell.styled(.name) { $0.write(owner) } }
        kernel.eachArena { arena in
          let sum = arena.sum(of: owner)
          table.cell(.right) { if sum == 0 { $0.write("-") } else { $0.write(size: sum) } }
        }
        table.endRow()
      }
    }
  }

  /// `owners <owner>`: everything that it has, a line for each region.
  mutating func listRegions(of name: OwnerName) {
    guard let owner = Owners.find(name) else { return fail("nobody of that name; owners lists them") }
    guard kernel.has(owner) else {
      console.write("nothing in any arena")
      return console.newline()
    }
    let kernel = kernel
    Table<ConsoleSink, 3>.write(to: &console) { table in
      kernel.eachArena { arena in
        arena.walk { segment in
          guard segment.kind == .allocated, segment.owner == owner else { return }
          table.cell { cell in arena.name.withBytes { cell.write($0) } }
          table.cell { $0.write(first: segment.range.first, last: segment.range.last) }
          table.cell(.right) { $0.write(sizeMinusOne: segment.range.countMinusOne) }
          table.endRow()
        }
      }
    }
  }

  /// `caches`: a line for each cache of kernel memory, or for one.
  mutating func listCaches(_ name: ShortName?) {
    var found = false
    KernelHeap.kmem.pools.forEachCache { cache in found = found || cache.isMeant(by: name) }
    guard found else { return fail("no such cache; caches lists them") }
    Table<ConsoleSink, 7>.write(to: &console) { table in
      table.heading("cache")
      table.heading("size", .right)
      table.heading("live", .right)
      table.heading("cached", .right)
      table.heading("slabs", .right)
      table.heading("pages", .right)
      table.heading("bytes lost", .right)
      table.endRow()
      KernelHeap.kmem.pools.forEachCache { cache in
        guard cache.isMeant(by: name) else { return }
        let counts = cache.statistics
        table.cell { cell in cache.name.withBytes { cell.write($0) } }
        table.cell(.right) { $0.write(decimal: UInt32(counts.size)) }
        table.cell(.right) { $0.write(decimal: UInt32(counts.live)) }
        table.cell(.right) { $0.write(decimal: UInt32(counts.cached)) }
        table.cell(.right) { $0.write(decimal: UInt32(counts.slabs)) }
        table.cell(.right) { $0.write(decimal: UInt32(counts.pages)) }
        table.cell(.right) { $0.write(decimal: UInt32(counts.bytesLost)) }
        table.endRow()
      }
    }
  }
}

extension PoolCache where Lock: ~Copyable {
  /// Whether the cache has that name, or any is meant.
  fileprivate func isMeant(by name: ShortName?) -> Bool {
    guard let wanted = name else { return true }
    return self.name.withBytes { wanted.equals($0) }
  }
}

extension AnyArena {
  /// All that an owner has.
  func sum(of owner: Owner) -> UInt64 {
    var sum: UInt64 = 0
    walk { segment in
      if segment.kind == .allocated, segment.owner == owner { sum += UInt64(segment.range.countMinusOne) + 1 }
    }
    return sum
  }
}

extension Kernel {
  /// Whether an owner has something in some arena.
  fileprivate func has(_ owner: Owner) -> Bool {
    var found = false
    eachArena { arena in found = found || arena.sum(of: owner) > 0 }
    return found
  }
}

extension Owners {
  /// The owner of that name, or nil.
  fileprivate static func find(_ name: OwnerName) -> Owner? {
    var found: Owner?
    each { owner in
      if withName(of: owner, { name.equals($0) }) { found = owner }
    }
    return found
  }
}
#endif
