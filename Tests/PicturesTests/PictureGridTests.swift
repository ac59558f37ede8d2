import Testing

@testable import Pictures

@Suite struct PictureGridTests {
    private func shape(_ shape: [Int]) throws -> PictureShape { try #require(PictureShape(shape)) }

    @Test func knowsWhichShapesArePictures() {
        #expect(PictureShape([28, 28]).map { [$0.channels, $0.size.width, $0.size.height] } == [1, 28, 28])
        #expect(PictureShape([3, 4, 5]).map { [$0.channels, $0.size.width, $0.size.height] } == [3, 5, 4])
        #expect(PictureShape([1, 4, 5])?.count == 20)
        for shape in [[], [784], [2, 4, 5], [1, 3, 4, 5], [0, 3], [4_097, 1]] { #expect(PictureShape(shape) == nil) }
    }

    /// A record's channels lie one behind the other, a picture's pixels side by side.
    @Test func aRecordIsAPictureAndBack() throws {
        let values = (0..<12).map { Float($0 * 20) / 255 }
        let shape = try shape([3, 2, 2])
        let picture = try #require(PictureGrid(shape, count: 1)).picture(values)
        #expect(picture.pixels == [0, 80, 160, 20, 100, 180, 40, 120, 200, 60, 140, 220])
        #expect(try shape.values(png: picture.png()) == values)
    }

    @Test func everyByteKeepsItsValue() throws {
        let shape = try shape([16, 16])
        let values = (0..<256).map { Float($0) / 255 }
        let picture = try #require(PictureGrid(shape, count: 1)).picture(values)
        #expect(picture.pixels == (0...255).map { UInt8($0) })
        #expect(try shape.values(png: picture.png()) == values)
        #expect([-1, -.infinity, .nan, 1.5, .infinity, 0.5].map(PictureShape.byte) == [0, 0, 0, 255, 255, 128])
    }

    @Test func coloursBecomeWhatTheModelTakes() throws {
        let colour = Picture(width: 2, height: 1, channels: 3, pixels: [255, 0, 0, 7, 7, 7])
        #expect(try shape([1, 2]).values(png: colour.png()) == [76 / 255, 7 / 255])
        let grey = Picture(width: 2, height: 1, channels: 1, pixels: [51, 255])
        #expect(try shape([3, 1, 2]).values(png: grey.png()) == [0.2, 1, 0.2, 1, 0.2, 1])
    }

    @Test(arguments: [(1, 1, 1), (2, 2, 1), (3, 2, 2), (4, 2, 2), (5, 3, 2), (8, 3, 3), (64, 8, 8), (65, 9, 8)])
    func gridsAreNearToSquares(_ count: Int, _ columns: Int, _ rows: Int) throws {
        let size = try #require(PictureGrid(shape([28, 28]), count: count, scale: 2)).size
        #expect(size == PictureSize(width: 58 * columns - 2, height: 58 * rows - 2))
    }

    @Test func wideAndHighPicturesMakeSquaresToo() throws {
        #expect(try #require(PictureGrid(shape([1, 8]), count: 8)).size == PictureSize(width: 8, height: 22))
        #expect(try #require(PictureGrid(shape([8, 1]), count: 8)).size == PictureSize(width: 22, height: 8))
        #expect(try #require(PictureGrid(shape([2, 2]), count: 20, .strip)).size == PictureSize(width: 62, height: 6))
        #expect(try #require(PictureGrid(shape([2, 2]), count: 8, .strip)).size == PictureSize(width: 30, height: 2))
    }

    @Test func refusesGridsTooLarge() throws {
        #expect(try PictureGrid(shape([28, 28]), count: 0) == nil)
        #expect(try PictureGrid(shape([4_096, 4_096]), count: 1) != nil)
        #expect(try PictureGrid(shape([4_096, 4_096]), count: 1, scale: 2) == nil)
        #expect(try PictureGrid(shape([2_047, 2_047]), count: 4) != nil)
        #expect(try PictureGrid(shape([2_047, 2_047]), count: 5) == nil)
        #expect(try PictureGrid(shape([28, 28]), count: .max / 64) == nil)
    }

    /// Three pictures of 1 × 2 pixels, each twice as large, on the ground.
    @Test func everythingIsInItsPlace() throws {
        let grid = try #require(PictureGrid(shape([1, 2]), count: 3, scale: 2))
        let picture = grid.picture([0, 0.2, 0.4, 0.6, 0.8, 1])
        let g = PictureGrid.ground
        let a: [UInt8] = [0, 0, 51, 51], b: [UInt8] = [102, 102, 153, 153], c: [UInt8] = [204, 204, 255, 255]
        #expect(picture.width == 10 && picture.height == 6)
        let (upper, lower) = (a + [g, g] + b, c + [UInt8](repeating: g, count: 6))
        #expect(picture.pixels == upper + upper + [UInt8](repeating: g, count: 20) + lower + lower)
    }

    /// Pairs a–A, b–B, c–C: originals above what was made of them.
    @Test func pairsStandAboveEachOther() throws {
        let grid = try #require(PictureGrid(shape([1, 1]), count: 3, .pairs))
        let picture = grid.picture([0, 0.2, 0.4, 0.6, 0.8, 1])
        let g = PictureGrid.ground
        #expect(picture.width == 7 && picture.height == 4)
        #expect(picture.pixels[..<7] == [0, g, g, 51, g, g, 102])
        #expect(picture.pixels[21...] == [153, g, g, 204, g, g, 255])
        let two = try #require(PictureGrid(shape([1, 1]), count: 7, .pairs)).picture([Float](repeating: 1, count: 14))
        #expect(two.width == 10 && two.height == 10)
        #expect(two.pixels.count { $0 == 255 } == 14)
    }
}
