import Primitives

/// A file system in memory: directories, names and files, every byte of it in objects of an `ObjectSource`.
///
/// The caller serialises. With a source of pageable memory every call may sleep on a page fault, so none may be made with
/// a spin lock held (law 7). The theory and the invariants TmpFS-I1... are in `TmpFS.docc/TmpFS.md`.
public struct TmpFS<Source: ObjectSource>: ~Copyable {
  let source: Source
  let rootNode: Place<Node>
  private var lastNumber: UInt32 = 1
  /// Objects that live, by kind; `counts[kind]`.
  public internal(set) var counts = ObjectCounts()

  /// Makes a file system with an empty root; fails for want of memory.
  public init(source: Source) throws(TmpFSError) {
    self.source = source
    guard let memory = unsafe source.allocate(.node) else { throw .outOfMemory(.node) }
    // As large and aligned as a node, and nobody else's.
    let pointer = unsafe memory.bindMemory(to: Node.self, capacity: 1)
    unsafe pointer.initialize(to: Node(isDirectory: true, number: 1))
    rootNode = unsafe Place(pointer)
    counts[.node] = 1
  }

  /// The root directory.
  public var root: NodeReference { NodeReference(place: rootNode) }

  mutating func makeNode(isDirectory: Bool, parent: Place<Node>) throws(TmpFSError) -> Place<Node> {
    let memory = unsafe try take(.node)
    lastNumber &+= 1
    // As in `init`.
    let pointer = unsafe memory.bindMemory(to: Node.self, capacity: 1)
    unsafe pointer.initialize(to: Node(isDirectory: isDirectory, number: lastNumber, parent: parent))
    return unsafe Place(pointer)
  }

  mutating func makeEntry(_ name: Span<UInt8>, _ hash: UInt32, _ node: Place<Node>) throws(TmpFSError)
    -> Place<Entry>
  {
    guard let kind = ObjectKind.entry(nameLength: name.count) else { throw .nameTooLong(name.count) }
    let memory = unsafe try take(kind)
    let length = UInt8(truncatingIfNeeded: name.count)
    // The kind has room for the entry and the name.
    let pointer = unsafe memory.bindMemory(to: Entry.self, capacity: 1)
    unsafe pointer.initialize(to: Entry(hash: hash, nameLength: length, node: node))
    let bytes = unsafe memory.advanced(by: MemoryLayout<Entry>.size)
    for index in name.indices {
      unsafe bytes.storeBytes(of: name[index], toByteOffset: index, as: UInt8.self)
    }
    return unsafe Place(pointer)
  }

  /// A block of zeros, which is also a block without references.
  mutating func makeBlock() throws(TmpFSError) -> Place<Block> {
    let memory = unsafe try take(.block)
    let pointer = unsafe memory.bindMemory(to: Block.self, capacity: 1)
    unsafe pointer.initialize(to: Block(words: InlineArray(repeating: 0)))
    return unsafe Place(pointer)
  }

  private mutating func take(_ kind: ObjectKind) throws(TmpFSError) -> UnsafeMutableRawPointer {
    guard let memory = unsafe source.allocate(kind) else { throw .outOfMemory(kind) }
    counts[kind] += 1
    return unsafe memory
  }

  mutating func release<Value>(_ object: Place<Value>, _ kind: ObjectKind) {
    counts[kind] -= 1
    unsafe withUnsafeMutablePointer(to: &object.value) {
      unsafe source.free(UnsafeMutableRawPointer($0), kind)
    }
  }

  /// Removes everything, the root too.
  public consuming func destroy() {
    removeAll()
    release(rootNode, .node)
  }
}

/// Numbers of live objects, by kind.
public struct ObjectCounts: Equatable, Sendable {
  private var values = InlineArray<6, UInt32>(repeating: 0)

  public init() {}

  public subscript(kind: ObjectKind) -> UInt32 {
    get { values[Int(kind.rawValue)] }
    set { values[Int(kind.rawValue)] = newValue }
  }

  /// Bytes of all of them.
  public var bytes: UInt32 {
    var sum: UInt32 = 0
    for raw in UInt8(0)..<6 {
      guard let kind = ObjectKind(rawValue: raw) else { continue }
      sum &+= self[kind] &* UInt32(truncatingIfNeeded: kind.size)
    }
    return sum
  }

  public static func == (left: ObjectCounts, right: ObjectCounts) -> Bool {
    for index in 0..<6 where left.values[index] != right.values[index] { return false }
    return true
  }
}
