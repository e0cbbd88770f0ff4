import Primitives

// A file of n bytes has exactly the blocks that n bytes take, no holes: what lies between the end and a write behind it
// is filled with zeros (TmpFS-I3).
extension TmpFS {
  /// Writes bytes at `offset`; the file grows as needed. All of it is written, or nothing changes.
  ///
  /// Linear in bytes, those between the end of the file and `offset` included.
  public mutating func write(
    _ bytes: Span<UInt8>, to file: NodeReference, at offset: UInt32
  ) throws(TmpFSError) {
    guard !file.isDirectory else { throw .isDirectory }
    guard !bytes.isEmpty else { return }
    guard UInt64(offset) + UInt64(bytes.count) <= UInt64(UInt32.max) else {
      throw .tooLarge(offset: offset, count: bytes.count)
    }
    let node = file.place
    let end = offset + UInt32(truncatingIfNeeded: bytes.count)
    try grow(node, to: end)
    var done = 0
    while done < bytes.count {
      let position = offset + UInt32(truncatingIfNeeded: done)
      let inBlock = Int(position % 512)
      let count = min(bytes.count - done, 512 - inBlock)
      let block = block(position / 512, of: node)
      unsafe block.withBytes { data in
        // In bounds by how `count` was cut.
        for index in 0..<count { unsafe data[inBlock + index] = bytes[done + index] }
      }
      done += count
    }
  }

  /// Reads bytes from `offset` on; answers how many there were before the end. Linear in them.
  public func read(
    _ file: NodeReference, at offset: UInt32, into bytes: inout MutableSpan<UInt8>
  ) throws(TmpFSError) -> Int {
    guard !file.isDirectory else { throw .isDirectory }
    let node = file.place
    guard offset < node.value.size else { return 0 }
    let total = min(bytes.count, Int(node.value.size - offset))
    var done = 0
    while done < total {
      let position = offset + UInt32(truncatingIfNeeded: done)
      let inBlock = Int(position % 512)
      let count = min(total - done, 512 - inBlock)
      let block = block(position / 512, of: node)
      for index in 0..<count {
        bytes[done + index] = unsafe block.withBytes { unsafe $0[inBlock + index] }
      }
      done += count
    }
    return total
  }

  /// Makes a file `size` bytes long; what is added is zeros. Growing may fail, and changes nothing then.
  public mutating func truncate(_ file: NodeReference, to size: UInt32) throws(TmpFSError) {
    guard !file.isDirectory else { throw .isDirectory }
    if size > file.size { try grow(file.place, to: size) } else { shrink(file.place, to: size) }
  }

  // MARK: The tree of blocks

  static func blockCount(_ size: UInt32) -> UInt32 { size / 512 + (size % 512 == 0 ? 0 : 1) }

  /// Blocks below an index of `height`; the most there are for heights that reach beyond a file.
  static func reach(_ height: UInt8) -> UInt32 {
    var reach: UInt32 = 1
    for _ in 0..<height { reach = reach > UInt32.max / Block.fanOut ? .max : reach * Block.fanOut }
    return reach
  }

  /// Block number `index`, which the file has.
  func block(_ index: UInt32, of node: Place<Node>) -> Place<Block> {
    var (height, index) = (node.value.height, index)
    var place = node.value.blocks
    while height > 0 {
      height -= 1
      let below = Self.reach(height)
      place = place?[index / below]
      index %= below
    }
    guard let place else { preconditionFailure("a block of a file is missing") }
    return place
  }

  /// Adds blocks of zeros until the file holds `size` bytes; puts everything back if memory runs out.
  private mutating func grow(_ node: Place<Node>, to size: UInt32) throws(TmpFSError) {
    guard size > node.value.size else { return }
    let oldSize = node.value.size
    var count = Self.blockCount(oldSize)
    do throws(TmpFSError) {
      while count < Self.blockCount(size) {
        try append(count, to: node)
        count += 1
      }
    } catch {
      shrinkBlocks(node, from: count, to: Self.blockCount(oldSize))
      throw error
    }
    node.value.size = size
  }

  /// Adds block number `index`, the file having exactly those below it; or nothing.
  private mutating func append(_ index: UInt32, to node: Place<Node>) throws(TmpFSError) {
    let data = try makeBlock()
    do throws(TmpFSError) {
      guard index > 0 else {
        node.value.blocks = data
        node.value.height = 0
        return
      }
      if index == Self.reach(node.value.height) {
        let top = try makeBlock()
        top[0] = node.value.blocks
        node.value.blocks = top
        node.value.height += 1
      }
      do throws(TmpFSError) { try hang(data, index, below: node) } catch {
        lower(node, count: index)
        throw error
      }
    } catch {
      release(data, .block)
      throw error
    }
  }

  /// Hangs a block in, making the index blocks on the way. What was made stays where it fails: it has no references,
  /// and `trim` takes it out.
  private mutating func hang(_ data: Place<Block>, _ index: UInt32, below node: Place<Node>)
    throws(TmpFSError)
  {
    guard var place = node.value.blocks else { return }
    var (height, rest) = (node.value.height, index)
    while height > 1 {
      height -= 1
      let below = Self.reach(height)
      let slot = rest / below
      rest %= below
      if let next = place[slot] {
        place = next
      } else {
        do throws(TmpFSError) {
          let made = try makeBlock()
          place[slot] = made
          place = made
        } catch {
          prune(node, from: index)
          throw error
        }
      }
    }
    place[rest] = data
  }

  /// Removes index blocks that were made for block `index` and beyond, which is not there.
  private mutating func prune(_ node: Place<Node>, from index: UInt32) {
    guard let top = node.value.blocks, node.value.height > 0 else { return }
    _ = remove(index, below: top, height: node.value.height)
  }

  /// Removes block `index` below `place`, if it is there, and the index blocks that have no reference then; whether
  /// `place` itself has none. Recursion is as deep as the tree is high: 4 at most.
  private mutating func remove(_ index: UInt32, below place: Place<Block>, height: UInt8) -> Bool {
    let below = Self.reach(height - 1)
    let slot = index / below
    if let child = place[slot] {
      if height == 1 || remove(index % below, below: child, height: height - 1) {
        release(child, .block)
        place[slot] = nil
      }
    }
    // Files have no holes: without the first reference there is none.
    return place[0] == nil
  }

  mutating func shrink(_ node: Place<Node>, to size: UInt32) {
    let oldSize = node.value.size
    guard size < oldSize else { return }
    shrinkBlocks(node, from: Self.blockCount(oldSize), to: Self.blockCount(size))
    node.value.size = size
    if size % 512 != 0 {
      // What a later growth brings back is zeros.
      unsafe block(size / 512, of: node).withBytes { data in
        for index in Int(size % 512)..<512 { unsafe data[index] = 0 }
      }
    }
  }

  /// Removes the blocks from number `to` on, of `from`.
  private mutating func shrinkBlocks(_ node: Place<Node>, from: UInt32, to: UInt32) {
    var count = from
    while count > to {
      count -= 1
      guard let top = node.value.blocks else { return }
      if node.value.height == 0 || remove(count, below: top, height: node.value.height) {
        release(top, .block)
        node.value.blocks = nil
        node.value.height = 0
      } else {
        lower(node, count: count)
      }
    }
  }

  /// Takes away top blocks that `count` blocks do not need.
  private mutating func lower(_ node: Place<Node>, count: UInt32) {
    while node.value.height > 0, count <= Self.reach(node.value.height - 1), let top = node.value.blocks {
      node.value.blocks = top[0]
      node.value.height -= 1
      release(top, .block)
    }
  }
}
