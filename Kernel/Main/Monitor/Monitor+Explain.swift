#if os(none)
import Machine
import Primitives
import Text
import VMem

extension Monitor {
  /// `explain`: why the last request failed.
  mutating func explainLast() {
    guard let failure = FailedRequest.latest else {
      console.write("no request has failed")
      return console.newline()
    }
    failure.write(to: &console)
  }

  /// `explain <arena> <size> ...`: where a request would be placed, or what rules it out. Changes nothing.
  mutating func explain(_ name: ShortName, _ words: AllocationWords) {
    guard let arena = find(name) else { return }
    switch arena {
    case .words(let arena): explain(words.request(), in: arena)
    case .ports(let arena):
      guard words.fitsPorts else { return fail("ports end at 0x0000ffff") }
      explain(words.request(), in: arena)
    }
  }

  private mutating func explain<Address>(_ request: Request<Address>, in arena: Arena<Address, KernelLock>) {
    do throws(AllocationError<Address>) {
      let explanation = try arena.explain(request)
      guard let placement = explanation.placement else {
        console.write(.noSpace(request), in: arena)
        return console.newline()
      }
      console.write("would be placed at ")
      console.write(placement)
    } catch {
      beginFailure()
      console.write(error, in: arena)
    }
    console.newline()
  }
}
#endif
