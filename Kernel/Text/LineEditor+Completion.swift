extension LineEditor {
  /// Takes a byte as ``take(_:echo:)`` does, and answers Tab with what `names` knows. O(width + names).
  public mutating func take<S: ByteSink & ~Copyable, Source: NameSource>(
    _ byte: UInt8, echo sink: inout S, names: Source
  ) -> Event {
    guard byte == 0x09, keys.isBetweenKeys else { return take(byte, echo: &sink) }
    if isDone { reset() }
    complete(from: names, &sink)
    return .editing
  }

  /// Puts in what all fitting names have in common; shows them where that is nothing; the bell where none fits.
  private mutating func complete<S: ByteSink & ~Copyable, Source: NameSource>(
    from names: Source, _ sink: inout S
  ) {
    guard var completion = Completion(rows.span.extracting(first: cursor)) else { return sink.write(0x07) }
    completion.kind.eachName(from: names) { completion.consider($0) }
    let isWhole = completion.isWhole
    if completion.gain == 0 && !isWhole {
      if completion.count == 0 { return sink.write(0x07) }
      return list(completion, from: names, &sink)
    }
    for index in 0..<completion.gain { insert(completion.gained(index), &sink) }
    if isWhole, cursor == count, count < width { insert(0x20, &sink) }
  }

  /// Writes the names that fit in a line of their own, then the line anew.
  private mutating func list<S: ByteSink & ~Copyable, Source: NameSource>(
    _ completion: Completion, from names: Source, _ sink: inout S
  ) {
    sink.newline()
    var column = 0
    completion.kind.eachName(from: names) { name in
      guard completion.fits(name) else { return }
      if column > 0, column + 2 + name.count > 80 {
        sink.newline()
        column = 0
      }
      if column > 0 { sink.write("  ") }
      sink.write(foreign: name)
      column += 2 + name.count
    }
    redraw(&sink)
  }
}
