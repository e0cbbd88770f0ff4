#if os(none)
import Primitives

/// A name that is registered at its first use and keeps its number: the table is searched once, and not for each frame that
/// is taken in that name. Context as `Owners.register` at the first use, any from then on.
struct NamedOwner {
  private let name: StaticString
  private var number = Owner.none

  init(_ name: StaticString) { self.name = name }

  var owner: Owner {
    mutating get {
      if number == .none { number = Owners.register(name) }
      return number
    }
  }
}
#endif
