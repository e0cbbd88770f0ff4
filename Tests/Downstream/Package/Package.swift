// swift-tools-version: 6.2

import PackageDescription

/// A package that is not Tessera's and uses its arena.
let package = Package(
  name: "rooms",
  dependencies: [.package(name: "tessera", path: "../../..")],
  targets: [
    .executableTarget(
      name: "Rooms",
      dependencies: [
        .product(name: "VMem", package: "tessera")
      ])
  ]
)
