/// Reads and writes through a handle, 1, 2 or 4 bytes at a time, in the forms of bus_space(9): single; multi, which stays
/// at one address; region, which goes up; set, which writes one value; copy.
///
/// An access outside the handle's range, or through a handle that has ended, is a mistake of the caller and traps: it must
/// never reach a bus. Each transfer is done once and as wide as it says. O(transfers).
extension BusTransfers {
  /// Reads the word at an offset.
  public func read<Word: BusWord>(_ handle: BusHandle, _ offset: UInt32, as: Word.Type = Word.self) -> Word {
    Word.read(self, handle.range.tag, place(handle, offset, words: 1, Word.self))
  }

  /// Writes the word at an offset.
  public func write<Word: BusWord>(_ handle: BusHandle, _ offset: UInt32, _ value: Word) {
    value.write(self, handle.range.tag, place(handle, offset, words: 1, Word.self))
  }

  /// Reads one address again and again: a FIFO.
  public func readMulti<Word: BusWord>(
    _ handle: BusHandle, _ offset: UInt32, _ words: inout MutableSpan<Word>
  ) {
    let address = place(handle, offset, words: 1, Word.self)
    for index in words.indices { words[index] = Word.read(self, handle.range.tag, address) }
  }

  /// Writes one address again and again.
  public func writeMulti<Word: BusWord>(_ handle: BusHandle, _ offset: UInt32, _ words: Span<Word>) {
    let address = place(handle, offset, words: 1, Word.self)
    for index in words.indices { words[index].write(self, handle.range.tag, address) }
  }

  /// Reads consecutive words.
  public func readRegion<Word: BusWord>(
    _ handle: BusHandle, _ offset: UInt32, _ words: inout MutableSpan<Word>
  ) {
    guard !words.isEmpty else { return }
    var address = place(handle, offset, words: words.count, Word.self)
    for index in words.indices {
      words[index] = Word.read(self, handle.range.tag, address)
      address &+= UInt32(Word.bitWidth / 8)
    }
  }

  /// Writes consecutive words.
  public func writeRegion<Word: BusWord>(_ handle: BusHandle, _ offset: UInt32, _ words: Span<Word>) {
    guard !words.isEmpty else { return }
    var address = place(handle, offset, words: words.count, Word.self)
    for index in words.indices {
      words[index].write(self, handle.range.tag, address)
      address &+= UInt32(Word.bitWidth / 8)
    }
  }

  /// Writes one value to one address `count` times.
  public func setMulti<Word: BusWord>(_ handle: BusHandle, _ offset: UInt32, _ value: Word, count: Int) {
    let address = place(handle, offset, words: 1, Word.self)
    for _ in 0..<count { value.write(self, handle.range.tag, address) }
  }

  /// Writes one value to `count` consecutive words.
  public func setRegion<Word: BusWord>(_ handle: BusHandle, _ offset: UInt32, _ value: Word, count: Int) {
    guard count > 0 else { return }
    var address = place(handle, offset, words: count, Word.self)
    for _ in 0..<count {
      value.write(self, handle.range.tag, address)
      address &+= UInt32(Word.bitWidth / 8)
    }
  }

  /// Copies `count` words, as if all were read before the first is written where the two overlap.
  public func copy<Word: BusWord>(
    _ source: BusHandle, _ sourceOffset: UInt32, to target: BusHandle, _ targetOffset: UInt32, count: Int,
    as: Word.Type
  ) {
    guard count > 0 else { return }
    let from = place(source, sourceOffset, words: count, Word.self)
    let to = place(target, targetOffset, words: count, Word.self)
    // Downwards if the target begins inside the source.
    let isDownwards =
      source.range.tag == target.range.tag
      && source.range.first + sourceOffset < target.range.first + targetOffset
    for step in 0..<count {
      let offset = UInt32((isDownwards ? count - 1 - step : step) * (Word.bitWidth / 8))
      Word.read(self, source.range.tag, from &+ offset).write(self, target.range.tag, to &+ offset)
    }
  }

  /// Where `words` words at an offset are accessed.
  private func place<Word: BusWord>(
    _ handle: BusHandle, _ offset: UInt32, words: Int, _: Word.Type
  ) -> UInt32 {
    precondition(handle.isLive, "an access through a handle that has ended")
    let room = handle.range.countMinusOne
    precondition(offset <= room, "an access begins outside of its handle")
    // At most 2^32 bytes follow; counted in words nothing can wrap.
    precondition(
      UInt64(words) * UInt64(Word.bitWidth / 8) - 1 <= UInt64(room - offset),
      "an access ends outside of its handle")
    return handle.base &+ offset
  }
}
