#if os(none)
extension Monitor {
  /// `show`
  mutating func show() { fail("no display to draw on") }
}
#endif
