/// What a disk is asked to do: whole sectors, one direction, one buffer.
@safe
public struct DiskRequest: @unchecked Sendable {
  public enum Operation: UInt8, Sendable {
    case read
    case write
    /// Everything written so far reaches the medium. Sectors and buffer mean nothing.
    case flush
  }

  public let operation: Operation
  public let sectors: SectorRange
  /// For drivers, which touch it between `start` and `finish` or `abandon` only, and never write to it when writing to the
  /// disk (Disks-I2).
  @unsafe public let buffer: UnsafeMutableRawBufferPointer

  /// Reads sectors into a buffer.
  ///
  /// The caller promises that the buffer is wired, writable, and nobody else's until the request is finished or
  /// abandoned: a driver fills it in interrupt context.
  @unsafe public static func read(
    _ sectors: SectorRange, into buffer: UnsafeMutableRawBufferPointer
  ) -> DiskRequest {
    unsafe DiskRequest(operation: .read, sectors: sectors, buffer: buffer)
  }

  /// Writes sectors from a buffer.
  ///
  /// The caller promises that the buffer is wired and does not change until the request is finished or abandoned.
  @unsafe public static func write(
    _ sectors: SectorRange, from buffer: UnsafeRawBufferPointer
  ) -> DiskRequest {
    // Never written to: a driver looks at `operation` first.
    unsafe DiskRequest(
      operation: .write, sectors: sectors, buffer: UnsafeMutableRawBufferPointer(mutating: buffer))
  }

  /// Empties the device's write cache.
  public static var flush: DiskRequest {
    // No buffer is no promise.
    unsafe DiskRequest(
      operation: .flush, sectors: SectorRange(only: 0),
      buffer: UnsafeMutableRawBufferPointer(start: nil, count: 0))
  }

  private init(operation: Operation, sectors: SectorRange, buffer: UnsafeMutableRawBufferPointer) {
    self.operation = operation
    self.sectors = sectors
    unsafe self.buffer = buffer
  }
}
