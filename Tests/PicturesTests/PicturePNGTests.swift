import TestSupport
import Testing

@testable import Pictures

@Suite struct PicturePNGTests {
    @Test func readsEveryKindOfPNG() throws {
        #expect(PictureFixture.all.count == 76)
        for fixture in PictureFixture.all {
            #expect(try Picture(png: fixture.png) == fixture.picture, "\(fixture)")
        }
    }

    @Test func readsWhatItWrites() throws {
        var random = SeededGenerator(state: 1)
        for (width, height) in [(1, 1), (1, 300), (28, 28), (257, 3), (640, 480)] {
            for channels in [1, 3] {
                let pixels = (0..<width * height * channels).map { _ in UInt8.random(in: .min ... .max, using: &random)
                }
                let picture = Picture(width: width, height: height, channels: channels, pixels: pixels)
                #expect(try Picture(png: picture.png()) == picture)
                #expect(picture.png() == picture.png())
            }
        }
    }

    @Test func writesWhatTheStandardSays() throws {
        let png = Picture(width: 3, height: 2, channels: 1, pixels: [0, 1, 2, 253, 254, 255]).png()
        let header: [UInt8] = [
            0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 3, 0, 0, 0, 2,
            8, 0, 0, 0, 0,
        ]
        #expect(png.starts(with: header))
        #expect(png.suffix(12) == [0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82])
    }

    // MARK: Colours

    /// Pillow 11's `convert("L")` of these colours.
    @Test func coloursBecomeTheirLuma() {
        let colours: [UInt8] = [255, 0, 0, 0, 255, 0, 0, 0, 255, 10, 200, 30, 77, 77, 77, 255, 255, 255]
        let grey = Picture(width: 6, height: 1, channels: 3, pixels: colours).converted(toChannels: 1)
        #expect(grey == Picture(width: 6, height: 1, channels: 1, pixels: [76, 150, 29, 124, 77, 255]))
        let back = grey.converted(toChannels: 3)
        #expect(back.pixels.prefix(6) == [76, 76, 76, 150, 150, 150])
        #expect(back.converted(toChannels: 1) == grey)
    }

    // MARK: Hostile bytes

    @Test func refusesWhatIsCutOff() {
        for name in ["colour2-depth16-interlaced", "palette-alpha-depth4", "colour4-depth8"] {
            let png = PictureFixture.named(name).png
            for count in 0..<png.count {
                #expect(throws: PNGError.self, "\(name), \(count) bytes") { try Picture(png: Array(png.prefix(count))) }
            }
        }
    }

    @Test func refusesMoreThanOnePicture() {
        let png = PictureFixture.named("colour0-depth8").png
        for rest in [[0], png] {
            let error = #expect(throws: PNGError.self) { try Picture(png: png + rest) }
            #expect(error == .damaged(reason: "there are bytes behind its end"))
        }
        let animation = Array(png[..<33]) + [0, 0, 0, 8] + Array("acTL".utf8) + [0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0]
        #expect(throws: PNGError.animated) { try Picture(png: animation + png[33...]) }
    }

    /// Each single wrong bit: none is in a place where nothing says so, but for names of chunks that are skipped.
    @Test func refusesEveryFlippedBit() {
        for name in ["colour0-depth8", "colour6-depth16-interlaced", "palette-alpha-depth2"] {
            let png = PictureFixture.named(name).png
            for bit in 0..<8 * png.count {
                var broken = png
                broken[bit / 8] ^= 1 << UInt8(bit % 8)
                #expect(throws: PNGError.self, "\(name), bit \(bit)") { try Picture(png: broken) }
            }
        }
    }

    /// Several wrong bytes with checksums made right again, so that they reach what lies behind the checksums.
    @Test func survivesWhateverIsInAChunk() {
        var (random, refused) = (SeededGenerator(state: 7), 0)
        let fixtures = PictureFixture.all
        for _ in 0..<6_000 {
            var png = fixtures.randomElement(using: &random)?.png ?? []
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                png[Int.random(in: 8..<png.count, using: &random)] = UInt8.random(in: .min ... .max, using: &random)
            }
            // Of the header the sides stay small, so that the test does not take long.
            for place in [16, 17, 18, 20, 21, 22] { png[place] = 0 }
            Checksums.repair(&png)
            do { _ = try Picture(png: png) } catch { refused += 1 }
        }
        #expect(refused > 3_000 && refused < 6_000)
    }

    @Test func refusesTheSizeBeforeThePixels() {
        var png = PictureFixture.named("colour0-depth8").png
        for place in 16..<24 { png[place] = 0 }
        #expect(throws: PNGError.damaged(reason: "it has no pixels")) { try Picture(png: png) }
        (png[18], png[23]) = (0x10, 1)  // 4,096 × 1
        #expect(throws: PNGError.damaged(reason: "IHDR: CRC error")) { try Picture(png: png) }
        (png[19]) = 1  // 4,097 × 1
        #expect(throws: PNGError.tooLarge(PictureSize(width: 4097, height: 1))) { try Picture(png: png) }
        for place in 16..<24 { png[place] = 0xFF }
        let most = PictureSize(width: 0xFFFF_FFFF, height: 0xFFFF_FFFF)
        #expect(throws: PNGError.tooLarge(most)) { try Picture(png: png) }
        let (expected, got) = (PictureSize(width: 28, height: 28), most)
        let error = #expect(throws: PNGError.self) { try Picture(png: png, size: expected) }
        #expect(error == .tooLarge(got))
    }

    @Test func saysWhatIsWrong() {
        let png = Picture(width: 30, height: 28, channels: 1, pixels: [UInt8](repeating: 0, count: 840)).png()
        let wide = #expect(throws: PNGError.self) { try Picture(png: png, size: PictureSize(width: 28, height: 28)) }
        #expect(wide.map { "\($0)" } == "PNG: width 30, expected 28")
        let low = #expect(throws: PNGError.self) { try Picture(png: png, size: PictureSize(width: 30, height: 32)) }
        #expect(low.map { "\($0)" } == "PNG: height 28, expected 32")
        #expect(throws: PNGError.notPNG) { try Picture(png: []) }
        #expect(throws: PNGError.notPNG) { try Picture(png: Array("GIF89a".utf8)) }
    }

    /// A hundred thousand bytes of text in a few; the pixels are there all the same.
    @Test func skipsTextsWithoutInflatingThem() throws {
        let fixture = PictureFixture.named("gamma-and-text")
        #expect(try Picture(png: fixture.png) == fixture.picture)
    }

    /// 4,096 × 4,096 pixels in 16 KiB are a picture; a byte more of them than the header says is none.
    @Test func aSmallFileMayBeALargePicture() throws {
        let side = PictureSize.longestSide
        let black = Picture(width: side, height: side, channels: 1, pixels: [UInt8](repeating: 0, count: side * side))
        let png = black.png()
        #expect(png.count < 1 << 17)
        #expect(try Picture(png: png) == black)
        #expect(
            throws: PNGError.wrongSize(
                expected: PictureSize(width: 2, height: 2), got: PictureSize(width: side, height: side))
        ) {
            try Picture(png: png, size: PictureSize(width: 2, height: 2))
        }
    }
}

/// CRC-32 of ISO/IEC 15948 §D, bit by bit.
enum Checksums {
    /// Sets the checksum of every chunk that is whole.
    static func repair(_ png: inout [UInt8]) {
        var place = 8
        while place + 12 <= png.count {
            let length = png[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
            guard place + 12 + length <= png.count else { return }
            let sum = crc(png[place + 4..<place + 8 + length])
            for i in 0..<4 { png[place + 8 + length + i] = UInt8(truncatingIfNeeded: sum >> (24 - 8 * UInt32(i))) }
            place += 12 + length
        }
    }

    private static func crc(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        var sum = ~UInt32(0)
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum & 1 == 1 ? (sum >> 1) ^ 0xEDB8_8320 : sum >> 1 }
        }
        return ~sum
    }
}
