/// How a piece of text stands out, on a terminal that can show it.
///
/// Styles have meanings, not colours: a sink that has none writes the bytes alone, so a log holds no escape sequences and
/// no command asks whether the other end has colours (Text-I8).
public enum TextStyle: UInt8, Sendable {
  /// The head of a column or of a list, the word of a command.
  case heading
  /// Something was refused or failed.
  case failure
  /// A name of somebody.
  case name
  /// What is there but not worth a look: free space.
  case quiet

  /// The sequence of ECMA-48 (8.3.117, SGR) that begins the style.
  public var beginning: StaticString {
    switch self {
    case .heading: "\u{1B}[1m"
    case .failure: "\u{1B}[1;31m"
    case .name: "\u{1B}[36m"
    case .quiet: "\u{1B}[2m"
    }
  }

  /// The sequence that ends every style.
  public static var end: StaticString { "\u{1B}[0m" }
}

extension ByteSink where Self: ~Copyable & ~Escapable {
  /// Writes what `body` writes in a style, where the sink has styles.
  public mutating func styled(_ style: TextStyle, _ body: (inout Self) -> Void) {
    begin(style)
    body(&self)
    endStyle()
  }

  /// Most sinks have no styles.
  public mutating func begin(_ style: TextStyle) {}

  public mutating func endStyle() {}
}
