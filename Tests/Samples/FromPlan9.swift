// What the article takes as given: Plan 9's window of 248 MiB over the simulated MMU of the tests, and a driver's label.
@_exported import Primitives
import SimulatedMMU
@_exported import VMap

private func makeFixture() -> Fixture {
  var configuration = Fixture.Configuration()
  configuration.memoryFrames = 0x3000
  return Fixture(configuration)
}

nonisolated(unsafe) let fixture = makeFixture()
let window = fixture.window
let driver = Owner(rawValue: 20)
