// What the article takes as given: a window over the simulated MMU of the tests, and a driver's label.
@_exported import Frames
@_exported import Paging
@_exported import Primitives
import SimulatedMMU
@_exported import VMap

nonisolated(unsafe) let fixture = Fixture()
let window = fixture.window
let pageMap = fixture.map
let frames = fixture.frames
let driver = Owner(rawValue: 20)
