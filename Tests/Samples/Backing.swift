// What the comment on `Backing` takes as given: a kernel's functions, and its lock.
@_exported import KMem
@_exported import Pool
@_exported import Primitives

typealias KernelLock = HostLock

func map(_ first: UInt, _ pages: Int) -> Bool { false }
func unmap(_ first: UInt, _ pages: Int) {}

let directMapSource = PageSource(grant: { _, _ in nil }, release: { _, _, _ in }, context: nil, longestRun: 1)
