/// The sizes that kmem has caches for: multiples of 8 up to 64, four to each power of two above, up to 8 KiB.
///
/// So at most a fifth of an object is lost to rounding above 64 bytes, and at most 7 bytes below.
enum SizeClasses {
  static var count: Int { 36 }
  /// The largest size that has a class. Above it every size is a multiple of pages.
  static var limit: Int { 8192 }
  /// The largest size that has an entry of its own.
  static var smallLimit: Int { 1024 }
  /// Entries of the table: 0...1,024, and 56 steps of 128 bytes.
  static var tableEntries: Int { smallLimit + 1 + (limit - smallLimit) / 128 }

  /// The entry for `size`: above 1 KiB all classes are multiples of 128.
  @inline(__always)
  static func entry(for size: Int) -> Int {
    size <= smallLimit ? size : smallLimit &+ (size &- smallLimit &+ 127) &>> 7
  }

  /// Bytes of class `number`.
  static func size(_ number: Int) -> Int {
    if number < 8 { return (number + 1) * 8 }
    let (power, quarter) = ((number - 8) / 4, (number - 8) % 4)
    return (64 << power) + (quarter + 1) * (16 << power)
  }

  /// Objects of a class start at multiples of this: the largest power of two that divides its size, so that powers
  /// of two are aligned to themselves, and pages to pages.
  static func alignment(_ number: Int) -> Int {
    min(1 << size(number).trailingZeroBitCount, 4096)
  }

  /// Names for reports.
  static func name(_ number: Int) -> StaticString {
    switch number {
    case 0: "kmem-8"
    case 1: "kmem-16"
    case 2: "kmem-24"
    case 3: "kmem-32"
    case 4: "kmem-40"
    case 5: "kmem-48"
    case 6: "kmem-56"
    case 7: "kmem-64"
    case 8: "kmem-80"
    case 9: "kmem-96"
    case 10: "kmem-112"
    case 11: "kmem-128"
    case 12: "kmem-160"
    case 13: "kmem-192"
    case 14: "kmem-224"
    case 15: "kmem-256"
    case 16: "kmem-320"
    case 17: "kmem-384"
    case 18: "kmem-448"
    case 19: "kmem-512"
    case 20: "kmem-640"
    case 21: "kmem-768"
    case 22: "kmem-896"
    case 23: "kmem-1024"
    case 24: "kmem-1280"
    case 25: "kmem-1536"
    case 26: "kmem-1792"
    case 27: "kmem-2048"
    case 28: "kmem-2560"
    case 29: "kmem-3072"
    case 30: "kmem-3584"
    case 31: "kmem-4096"
    case 32: "kmem-5120"
    case 33: "kmem-6144"
    case 34: "kmem-7168"
    default: "kmem-8192"
    }
  }
}
