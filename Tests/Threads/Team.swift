import Glibc

/// Runs `body` on several threads at once and waits for all of them. POSIX threads, because ThreadSanitizer sees
/// how those begin and end.
func team(of count: Int, _ body: @escaping @Sendable (Int) -> Void) {
  let threads = (0..<count).map { number in
    let start = Unmanaged.passRetained(Start(number: number, body: body))
    var thread = pthread_t()
    let status = pthread_create(
      &thread, nil,
      { context in
        let start = Unmanaged<Start>.fromOpaque(context!).takeRetainedValue()
        start.body(start.number)
        return nil
      }, start.toOpaque())
    precondition(status == 0, "pthread_create failed with \(status)")
    return thread
  }
  for thread in threads { pthread_join(thread, nil) }
}

private final class Start {
  let number: Int
  let body: @Sendable (Int) -> Void

  init(number: Int, body: @escaping @Sendable (Int) -> Void) {
    self.number = number
    self.body = body
  }
}
