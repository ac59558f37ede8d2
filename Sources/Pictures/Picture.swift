/// Pixels of 8 bits: grey, or red, green and blue.
package struct Picture: Equatable, Sendable {
    package let width: Int
    package let height: Int
    /// 1 or 3.
    package let channels: Int
    /// Row by row, the channels of a pixel together.
    package let pixels: [UInt8]

    package init(width: Int, height: Int, channels: Int, pixels: [UInt8]) {
        precondition(width > 0 && height > 0 && (channels == 1 || channels == 3))
        precondition(pixels.count == width * height * channels)
        (self.width, self.height, self.channels, self.pixels) = (width, height, channels, pixels)
    }

    /// The same in another number of channels. Grey is ITU-R BT.601's luma in 16 bits of fixed point, as Pillow's `L` is; a
    /// colour that is grey keeps its number.
    package func converted(toChannels wanted: Int) -> Picture {
        if wanted == channels { return self }
        if wanted == 3 {
            return Picture(width: width, height: height, channels: 3, pixels: pixels.flatMap { [$0, $0, $0] })
        }
        let grey = (0..<width * height).map { place in
            let (r, g, b) = (Int(pixels[3 * place]), Int(pixels[3 * place + 1]), Int(pixels[3 * place + 2]))
            return UInt8((19_595 * r + 38_470 * g + 7_471 * b + 32_768) >> 16)
        }
        return Picture(width: width, height: height, channels: 1, pixels: grey)
    }
}
