import QEMU
import Testing

@Suite struct PictureTests {
  private let header = Array("P6\n2 1\n255\n".utf8)

  @Test func coloursAreCounted() throws {
    let picture = try #require(Picture(ppm: header + [1, 2, 3, 1, 2, 3]))
    #expect(picture.width == 2 && picture.height == 1)
    #expect(picture.colours == [0x010203: 2])
  }

  @Test func cutOffOrOverlongPictureIsNone() {
    #expect(Picture(ppm: header + [1, 2, 3, 1, 2]) == nil)
    #expect(Picture(ppm: header + [1, 2, 3, 1, 2, 3, 4]) == nil)
    #expect(Picture(ppm: Array("P5\n1 1\n255\n".utf8) + [1]) == nil)
    #expect(Picture(ppm: []) == nil)
  }
}
