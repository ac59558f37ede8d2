/// How the numbers of a record lie in a picture: `[height, width]`, or `[channels, height, width]` of 1 or 3 channels.
package struct PictureShape: Equatable, Sendable {
    package let channels: Int
    package let size: PictureSize

    /// - Returns: nil for a shape that is no picture's, or too large for one.
    package init?(_ shape: [Int]) {
        guard shape.count == 2 || (shape.count == 3 && (shape[0] == 1 || shape[0] == 3)) else { return nil }
        channels = shape.count == 2 ? 1 : shape[0]
        size = PictureSize(width: shape[shape.count - 1], height: shape[shape.count - 2])
        guard size.isAllowed else { return nil }
    }

    /// Numbers of a record.
    package var count: Int { channels * size.width * size.height }

    /// The numbers in [0, 1] of a PNG of exactly this size; colours become grey and grey becomes colours where need be.
    package func values(png bytes: [UInt8]) throws(PNGError) -> [Float] {
        let picture = try Picture(png: bytes, size: size).converted(toChannels: channels)
        let area = size.width * size.height
        return (0..<count).map { place in
            Float(picture.pixels[place % area * channels + place / area]) / 255
        }
    }

    /// The nearest of 256 steps; what is outside [0, 1] becomes its nearer end.
    static func byte(_ value: Float) -> UInt8 {
        value > 0 ? UInt8(min(value, 1) * 255 + 0.5) : 0
    }
}
