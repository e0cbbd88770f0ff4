import Foundation

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A running command, its standard output and error joined on one pipe.
///
/// The only place of the tools that speaks to the C library about processes; every descriptor is closed and
/// every process waited for by the time that ``wait()`` or ``capture(_:limit:)`` returns.
public final class Child {
  /// What the command reads.
  public enum Input: Sendable { case nothing, pipe, inherited }
  /// Where its output goes.
  public enum Output: Sendable { case pipe, inherited }

  /// Held from making pipes to starting the command: a command that another thread starts in between would
  /// inherit the pipe's ends and keep them open.
  private static let starting = NSLock()

  private let pid: pid_t
  private var inputDescriptor: Int32?
  private var outputDescriptor: Int32?
  private var exitStatus: Int32?

  /// Why a command did not start.
  public struct StartError: Error, CustomStringConvertible {
    public var program: String
    public var code: Int32
    public var description: String {
      code == ENOENT
        ? "`\(program)` was not found; `make` installs what is missing, so use its targets"
        : "`\(program)` did not start: \(unsafe String(cString: strerror(code)))"
    }
  }

  public init(_ command: Command, input: Input = .nothing, output: Output = .pipe) throws(StartError) {
    // A closed pipe is an error to be handled where it is written to, not the end of this process.
    _ = signal(SIGPIPE, SIG_IGN)
    Self.starting.lock()
    defer { Self.starting.unlock() }
    var toChild: [Int32] = [-1, -1]
    var fromChild: [Int32] = [-1, -1]
    if input == .pipe { toChild = try Self.makePipe(for: command) }
    if output == .pipe { fromChild = try Self.makePipe(for: command) }
    pid = try Self.spawn(command, input: input, toChild: toChild[0], output: fromChild[1])
    for descriptor in [toChild[0], fromChild[1]] where descriptor >= 0 { close(descriptor) }
    inputDescriptor = input == .pipe ? toChild[1] : nil
    outputDescriptor = output == .pipe ? fromChild[0] : nil
  }

  deinit {
    closeInput()
    closeOutput()
    if exitStatus == nil {
      kill(pid, SIGTERM)
      _ = wait()
    }
  }

  // MARK: Speaking with it

  /// What a wait for input brought.
  public enum Event: Equatable {
    case output([UInt8])
    /// Everything that the command said has been read.
    case outputEnded
    case standardInput([UInt8])
    case standardInputEnded
    /// The time was up.
    case nothing
  }

  /// Waits until the command says something, or until this process' standard input has something where
  /// `alsoStandardInput`; at most the given number of milliseconds.
  public func next(alsoStandardInput: Bool = false, milliseconds: Int) -> Event {
    guard let outputDescriptor else { return .outputEnded }
    var descriptors = [pollfd(fd: outputDescriptor, events: Int16(POLLIN), revents: 0)]
    if alsoStandardInput { descriptors.append(pollfd(fd: 0, events: Int16(POLLIN), revents: 0)) }
    let ready = unsafe poll(&descriptors, nfds_t(descriptors.count), Int32(clamping: milliseconds))
    guard ready > 0 else { return .nothing }
    if descriptors[0].revents != 0 {
      let bytes = Self.readSome(outputDescriptor)
      if bytes.isEmpty {
        closeOutput()
        return .outputEnded
      }
      return .output(bytes)
    }
    let bytes = Self.readSome(0)
    return bytes.isEmpty ? .standardInputEnded : .standardInput(bytes)
  }

  /// Writes to the command's standard input; false when it no longer reads.
  @discardableResult
  public func send(_ bytes: [UInt8]) -> Bool {
    guard let inputDescriptor else { return false }
    return Self.writeAll(bytes, to: inputDescriptor)
  }

  public func closeInput() {
    if let inputDescriptor { close(inputDescriptor) }
    inputDescriptor = nil
  }

  /// Asks the command to end; under ``Command/supervised(limit:)`` with a limit, those that it started too.
  public func terminate() { kill(pid, SIGTERM) }

  /// Ends the command at once, with nothing that it could do about it. What it started itself goes on.
  public func cutOff() { kill(pid, SIGKILL) }

  /// Waits for the end. The result is the exit status, or 128 and the signal's number, as shells have it.
  public func wait() -> Int32 {
    if let exitStatus { return exitStatus }
    var raw: Int32 = 0
    while unsafe waitpid(pid, &raw, 0) < 0 && errno == EINTR {}
    let signal = raw & 0x7F
    let status = signal == 0 ? (raw >> 8) & 0xFF : 128 + signal
    exitStatus = status
    return status
  }

  private func closeOutput() {
    if let outputDescriptor { close(outputDescriptor) }
    outputDescriptor = nil
  }

  // MARK: Plumbing

  /// Everything that a command printed, and how it ended.
  public struct Captured: Sendable {
    public var status: Int32
    public var output: [UInt8]
    public var text: String { String(decoding: output, as: UTF8.self) }
  }

  /// Runs a command to its end. `heard` sees the output as it comes; `input` is written first.
  public static func capture(
    _ command: Command, limit: Int, input: [UInt8]? = nil, heard: ([UInt8]) -> Void = { _ in }
  ) throws(StartError) -> Captured {
    let child = try Child(command.supervised(limit: limit), input: input == nil ? .nothing : .pipe)
    var captured = Captured(status: 0, output: [])
    if let input {
      // The input is small against a pipe's 64 KiB or the command reads while it writes: no deadlock.
      child.send(input)
      child.closeInput()
    }
    while true {
      switch child.next(milliseconds: 1000) {
      case .output(let bytes):
        captured.output += bytes
        heard(bytes)
      case .outputEnded:
        captured.status = child.wait()
        return captured
      default: break
      }
    }
  }

  /// Writes all bytes; false where the reader is gone.
  static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      // The buffer is valid for the call, which reads no more than its count.
      let count = unsafe rest.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      if count <= 0 { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }

  private static func readSome(_ descriptor: Int32) -> [UInt8] {
    while true {
      var count = 0
      let bytes = unsafe [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, initialized in
        unsafe count = read(descriptor, buffer.baseAddress, buffer.count)
        initialized = max(0, count)
      }
      if count < 0 && errno == EINTR { continue }
      return bytes
    }
  }

  private static func makePipe(for command: Command) throws(StartError) -> [Int32] {
    var ends: [Int32] = [-1, -1]
    guard unsafe pipe(&ends) == 0 else { throw StartError(program: command.program, code: errno) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return ends
  }

  /// A command starts with every signal at its default and none blocked: threads of Dispatch block them all, and
  /// `timeout` could not end what it started.
  private static func clearSignals(
    of attributes: inout posix_spawnattr_t, for command: Command
  ) throws(StartError) {
    var none = sigset_t()
    unsafe sigemptyset(&none)
    unsafe posix_spawnattr_setsigmask(&attributes, &none)
    var ignoredHere = sigset_t()
    unsafe sigemptyset(&ignoredHere)
    unsafe sigaddset(&ignoredHere, SIGPIPE)
    unsafe posix_spawnattr_setsigdefault(&attributes, &ignoredHere)
    let code = unsafe posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    guard code == 0 else { throw StartError(program: command.program, code: code) }
  }

  private static func spawn(
    _ command: Command, input: Input, toChild: Int32, output: Int32
  ) throws(StartError) -> pid_t {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    switch input {
    case .nothing: unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    case .pipe: unsafe posix_spawn_file_actions_adddup2(&actions, toChild, 0)
    case .inherited: break
    }
    if output >= 0 {
      unsafe posix_spawn_file_actions_adddup2(&actions, output, 1)
      unsafe posix_spawn_file_actions_adddup2(&actions, output, 2)
    }
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    try clearSignals(of: &attributes, for: command)
    // The copies are freed below; posix_spawnp does not keep them.
    var words = unsafe ([command.program] + command.arguments).map { unsafe strdup($0) } + [nil]
    var environment =
      unsafe ProcessInfo.processInfo.environment.map { unsafe strdup("\($0.key)=\($0.value)") } + [nil]
    defer {
      for index in unsafe words.indices { unsafe free(words[index]) }
      for index in unsafe environment.indices { unsafe free(environment[index]) }
    }
    var pid: pid_t = 0
    let code = unsafe posix_spawnp(&pid, command.program, &actions, &attributes, &words, &environment)
    guard code == 0 else { throw StartError(program: command.program, code: code) }
    return pid
  }
}
