// swift-tools-version: 6.2

import PackageDescription

/// What every Swift target of the package is compiled with. The flags of the bare-metal target are in
/// `Scripts/i686-toolset.json`, what a release image has beside them in `Scripts/build-kernel`; the kernel has no other
/// place. The C library and the benchmarks have toolsets of their own.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .enableExperimentalFeature("Lifetimes"),
]

/// A module of the kernel: its folder is `Kernel/<name>`, its imports are `below` and nothing else.
func room(_ name: String, below: [Target.Dependency] = []) -> Target {
  .target(
    name: name, dependencies: below, path: "Kernel/\(name)", swiftSettings: strict)
}

/// The host tests of a module.
func tests(_ name: String, of modules: [Target.Dependency]) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: modules, path: "Tests/\(name)Tests",
    swiftSettings: [.swiftLanguageMode(.v6)])
}

/// A library that tests and test programs share: its folder is `Tests/<name>`.
func verification(_ name: String, of modules: [Target.Dependency]) -> Target {
  .target(
    name: name, dependencies: modules, path: "Tests/\(name)", swiftSettings: [.swiftLanguageMode(.v6)])
}

/// A host tool's module: its folder is `Scripts/<name>`.
func tool(_ name: String, below: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: below, path: "Scripts/\(name)", swiftSettings: strict)
}

let package = Package(
  name: "tessera",
  products: [
    .library(name: "Primitives", targets: ["Primitives"]),
    .library(name: "Text", targets: ["Text"]),
    .library(name: "Multiboot", targets: ["Multiboot"]),
    .library(name: "VMem", targets: ["VMem"]),
    .library(name: "Frames", targets: ["Frames"]),
    .library(name: "Paging", targets: ["Paging"]),
    .library(name: "VMap", targets: ["VMap"]),
    .library(name: "Pool", targets: ["Pool"]),
    .library(name: "KMem", targets: ["KMem"]),
    .library(name: "BusSpace", targets: ["BusSpace"]),
    .library(name: "Pageable", targets: ["Pageable"]),
    .library(name: "Threads", targets: ["Threads"]),
    // The host's bench program, at 32 bits: Scripts/bench-toolset.json.
    .library(name: "BenchProgram", type: .static, targets: ["BenchProgram"]),
    .library(name: "BenchArena", type: .static, targets: ["BenchArena"]),
    .library(name: "BenchMemory", type: .static, targets: ["BenchMemory"]),
    .library(name: "BenchText", type: .static, targets: ["BenchText"]),
    .library(name: "Extent", targets: ["Extent"]),
    .library(name: "CInterface", type: .static, targets: ["CInterface"]),
    .library(name: "KernelImage", type: .static, targets: ["Main", "Boot"]),
    .library(name: "KernelImageWithHeap", type: .static, targets: ["Main", "Boot", "HeapImage"]),
    .library(name: "SwiftHeap", targets: ["SwiftHeap"]),
    .library(name: "ArenaFuzz", type: .static, targets: ["Fuzz"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0")
  ],
  targets: [
    room("Primitives"),
    room("Text"),
    room("Drawing", below: ["Text"]),
    room("VMem", below: ["Primitives"]),
    room("Frames", below: ["Primitives", "VMem"]),
    room("Paging", below: ["Primitives", "Frames"]),
    room("VMap", below: ["Primitives", "VMem", "Frames", "Paging"]),
    room("Pageable", below: ["Primitives", "VMem", "Frames", "Paging"]),
    room("TmpFS", below: ["Primitives"]),
    room("Pool", below: ["Primitives", "Text", "VMem"]),
    room("KMem", below: ["Primitives", "VMem", "Pool"]),
    .target(name: "SwiftHeapHooks", path: "Kernel/SwiftHeap/Hooks"),
    .target(
      name: "SwiftHeap", dependencies: ["SwiftHeapHooks"], path: "Kernel/SwiftHeap", exclude: ["Hooks"],
      swiftSettings: strict),
    room("Multiboot", below: ["VMem"]),
    room("BusSpace", below: ["Primitives", "Text", "VMem"]),
    room("Disks", below: ["Primitives", "BusSpace"]),
    room("Threads", below: ["Primitives", "Text", "VMem"]),

    // The traces, and what the bench program is linked from.
    .target(name: "Traces", path: "Tests/Traces", swiftSettings: strict),
    .systemLibrary(name: "BenchHooks", path: "Tests/Bench/Hooks"),
    .target(
      name: "BenchProgram", dependencies: ["Traces", "BenchHooks"], path: "Tests/Bench/Program",
      swiftSettings: strict),
    .target(
      name: "BenchArena", dependencies: ["VMem", "Primitives", "BenchHooks"], path: "Tests/Bench/Arena",
      swiftSettings: strict),
    .target(
      name: "BenchMemory", dependencies: ["KMem", "Pool", "VMem", "Primitives"], path: "Tests/Bench/Memory",
      swiftSettings: strict),
    .target(
      name: "BenchText", dependencies: ["VMem", "Primitives"], path: "Tests/Bench/Text", swiftSettings: strict
    ),
    room("Extent", below: ["Primitives", "VMem"]),

    // The library for kernels in C: `make lib`.
    .target(name: "CHooks", path: "Kernel/CInterface/Hooks"),
    .target(
      name: "CInterface",
      dependencies: ["Primitives", "Text", "VMem", "BusSpace", "Extent", "Pool", "KMem", "CHooks"],
      path: "Kernel/CInterface",
      exclude: ["Hooks", "Manual", "exports.txt"], swiftSettings: strict),

    // The arena against its oracle, on the host.
    verification("Oracle", of: []),
    verification("Exhaustion", of: ["Oracle", "VMem", "Primitives"]),
    .executableTarget(
      name: "exhaustive", dependencies: ["Duel", "Exhaustion", "Oracle", "VMem"], path: "Tests/Exhaustive",
      swiftSettings: [.swiftLanguageMode(.v6)]),
    tests("VMemExhaustive", of: ["Exhaustion", "Oracle"]),
    verification("Duel", of: ["Oracle", "VMem", "Primitives"]),
    .target(
      name: "Fuzz", dependencies: ["Duel", "Oracle", "VMem"], path: "Tests/Fuzz", exclude: ["Corpus"],
      swiftSettings: [.swiftLanguageMode(.v6)]),
    .executableTarget(
      name: "threads", dependencies: ["Oracle", "Pool", "VMem", "Primitives"], path: "Tests/Threads",
      swiftSettings: [.swiftLanguageMode(.v6)]),
    tests("VMemCase", of: ["Duel", "Exhaustion", "Oracle", "VMem", "Primitives", "Vectors"]),

    // What runs on the machine only.
    .systemLibrary(name: "Instructions", path: "Kernel/Instructions"),
    .target(name: "Boot", path: "Boot"),
    room(
      "Machine",
      below: [
        "Primitives", "Text", "Drawing", "VMem", "Frames", "Paging", "VMap", "BusSpace", "Threads",
        "Multiboot", "Instructions", "Boot",
      ]),
    room(
      "Main",
      below: [
        "Machine", "Pageable", "TmpFS", "Drawing", "Primitives", "Pool", "KMem", "Text", "VMem", "Frames",
        "Paging", "VMap", "BusSpace", "Disks", "Threads", "Multiboot", "Instructions", "Boot", "Vectors",
        "Traces",
      ]),

    // What the test image with a heap has beside the kernel.
    .target(
      name: "HeapImage", dependencies: ["SwiftHeap", "Instructions"], path: "Tests/HeapImage",
      swiftSettings: strict),

    // What both the host tests and the self-tests in the kernel check: the same files, the same cases.
    .target(
      name: "Vectors", dependencies: ["Text", "Primitives", "VMem"], path: "Tests/Vectors",
      swiftSettings: strict),

    // What runs on the host only: the tools behind the Makefile.
    tool("Site"),
    tool("Support"),
    tool("TestReports"),
    tool("ELF"),
    tool("QEMU", below: ["Support", "Pageable"]),
    tool("Symbols", below: ["Support"]),
    tool("Bench", below: ["Support", "Traces"]),
    tool("Timeline"),
    .executableTarget(
      name: "tessera",
      dependencies: [
        "Bench", "ELF", "Primitives", "QEMU", "Site", "Support", "Symbols", "TestReports", "Timeline",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Scripts/tessera", swiftSettings: strict),

    tests(
      "Tool",
      of: ["Bench", "ELF", "Pageable", "QEMU", "Site", "Support", "Symbols", "TestReports", "tessera"]),
    tests("Bench", of: ["Bench", "Traces"]),
    tests("Timeline", of: ["Timeline"]),
    tests("VMem", of: ["Oracle", "VMem", "Primitives", "Vectors"]),
    tests("Primitives", of: ["Primitives", "Frames"]),
    tests("Multiboot", of: ["Multiboot", "VMem"]),
    tests("Text", of: ["Text", "Vectors"]),
    tests("Drawing", of: ["Drawing", "Text"]),
    .target(
      name: "SimulatedMMU", dependencies: ["Primitives", "VMem", "Frames", "Paging", "VMap"],
      path: "Tests/SimulatedMMU", swiftSettings: [.swiftLanguageMode(.v6)]),
    tests("Frames", of: ["Frames", "VMem", "Primitives", "SimulatedMMU"]),
    tests("Paging", of: ["Paging", "Frames", "VMem", "Primitives", "SimulatedMMU"]),
    tests("Extent", of: ["Extent", "VMem", "Primitives"]),
    .testTarget(
      name: "MustNotCompile", dependencies: ["Primitives", "VMem", "Frames", "Paging", "VMap"],
      path: "Tests/MustNotCompile", exclude: ["Cases"], swiftSettings: [.swiftLanguageMode(.v6)]),
    tests("VMap", of: ["VMap", "Paging", "Frames", "VMem", "Primitives", "SimulatedMMU"]),
    .target(
      name: "SimulatedPages", dependencies: ["Pool"], path: "Tests/SimulatedPages",
      swiftSettings: [.swiftLanguageMode(.v6)]),
    tests("Pool", of: ["Pool", "Primitives", "Text", "VMem", "SimulatedPages", "Oracle"]),
    tests("KMem", of: ["KMem", "Pool", "Primitives", "Text", "VMem", "SimulatedPages", "Oracle"]),
    tests("BusSpace", of: ["BusSpace", "Text", "VMem", "Primitives"]),
    tests("Disks", of: ["Disks", "BusSpace", "VMem", "Primitives"]),
    tests("TmpFS", of: ["TmpFS", "Oracle"]),
    tests(
      "Pageable", of: ["Pageable", "Paging", "Frames", "VMem", "Primitives", "SimulatedMMU", "Oracle"]),
    tests("Threads", of: ["Threads", "Text", "VMem", "Primitives"]),
  ]
)
