import VMem

extension BusSpace where Lock: ~Copyable {
  /// Ends the time of static descriptors: from here on the arenas and the table of handles take storage for more from `source`
  /// whenever they run low. One call, once memory is up; what was claimed before stays as it is (BusSpace-I2).
  public func grow(from source: TagSource) {
    ports.setTagSource(source)
    memory.setTagSource(source)
    interrupts.setTagSource(source)
    handles.grow(from: source)
  }
}
