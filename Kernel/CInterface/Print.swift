// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CHooks
import Extent
import Text
import VMem

// The contracts are in tessera/vmem.h and tessera/extent.h, and so are the names.

/// The address arrives as a number and the function with a variable number of arguments, as NetBSD's debugger has
/// them; C makes the call, which Swift cannot.
@c(tessera_vmem_print)
public func printArena(
  _ vm: UnsafeMutablePointer<vmem_t>!, _ listsSegments: CInt,
  _ put: (@convention(c) (UnsafeMutableRawPointer?, UnsafePointer<CChar>?) -> Void)!,
  _ context: UnsafeMutableRawPointer!
) {
  let vm = unsafe VMemHandle(vm)
  let statistics = vm.arena.statistics
  var line = Line()
  line.write("arena \"")
  unsafe line.write(cString: vm.name)
  line.write("\": quantum ")
  line.write(word: vm.arena.quantum)
  line.write(", ")
  line.write(decimal: UInt32(truncatingIfNeeded: statistics.spans))
  line.write(" spans, in use ")
  line.write(size: statistics.inUse)
  line.write(" in ")
  line.write(decimal: UInt32(truncatingIfNeeded: statistics.allocatedSegments))
  line.write(" segments, free ")
  line.write(size: statistics.free)
  line.write(" in ")
  line.write(decimal: UInt32(truncatingIfNeeded: statistics.freeSegments))
  unsafe line.withText { unsafe put(context, $0) }
  guard listsSegments != 0 else { return }
  vm.arena.walk { segment in
    var line = Line()
    line.write("  ")
    line.write(first: segment.range.first, last: segment.range.last)
    line.write(segment.kind == .free ? " free" : " allocated")
    if let name = unsafe vm.label(segment.owner) {
      line.write(" ")
      unsafe line.write(cString: name)
    }
    unsafe line.withText { unsafe put(context, $0) }
  }
}

@c @implementation
public func extent_print(_ ex: OpaquePointer!) {
  let ex = unsafe ExtentHandle(ex)
  ex.locked { extent in
    var line = Line()
    line.write("extent \"")
    unsafe line.write(cString: ex.name)
    line.write("\" (")
    line.write(first: extent.bounds.first, last: extent.bounds.last)
    line.write("):")
    unsafe line.withText { unsafe tessera_print($0) }
    extent.forEachRegion { region in
      var line = Line()
      line.write("  ")
      line.write(first: region.first, last: region.last)
      unsafe line.withText { unsafe tessera_print($0) }
    }
  }
}
