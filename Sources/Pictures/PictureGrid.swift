/// Many pictures of one shape side by side, as one.
package struct PictureGrid: Equatable, Sendable {
    private let shape: PictureShape
    /// Pixels a side for each pixel of a picture.
    private let scale: Int
    private let arrangement: Arrangement
    private let columns: Int
    private let rows: Int

    package enum Arrangement: Sendable {
        /// Row by row, as near to a square as whole rows allow.
        case square
        /// The same, with the second half of the pictures below the first: a row of the one, a row of the other.
        case pairs
        /// In one row, or in rows of 16.
        case strip
    }

    /// Pixels between pictures, and their grey.
    static let gap = 2
    static let ground: UInt8 = 96
    package static let scales = 1...16

    /// - Parameter count: pictures; of pairs, each two of them.
    /// - Returns: nil where there is no picture, or all of them would be larger than `PictureSize` allows.
    package init?(_ shape: PictureShape, count: Int, scale: Int = 1, _ arrangement: Arrangement = .square) {
        precondition(Self.scales.contains(scale))
        guard (1...PictureSize.longestSide * PictureSize.longestSide).contains(count) else { return nil }
        (self.shape, self.scale, self.arrangement) = (shape, scale, arrangement)
        let layers = arrangement == .pairs ? 2 : 1
        let (width, height) = (shape.size.width, shape.size.height * layers)
        let isSquare = { (columns: Int) in columns * width >= (count + columns - 1) / columns * height }
        columns = arrangement == .strip ? min(count, 16) : (1..<count).first(where: isSquare) ?? count
        rows = (count + columns - 1) / columns * layers
        guard size.isAllowed else { return nil }
    }

    /// Of all together.
    package var size: PictureSize {
        PictureSize(
            width: columns * (shape.size.width * scale + Self.gap) - Self.gap,
            height: rows * (shape.size.height * scale + Self.gap) - Self.gap)
    }

    /// - Parameter values: of all pictures, one after the other, in [0, 1]; of pairs the upper ones first.
    package func picture(_ values: [Float]) -> Picture {
        let count = values.count / shape.count
        precondition(values.count == count * shape.count && count <= columns * rows)
        var canvas = [UInt8](repeating: Self.ground, count: size.width * size.height * shape.channels)
        for place in 0..<count {
            let (row, column) = cell(place, of: count)
            draw(values[place * shape.count..<(place + 1) * shape.count], row: row, column: column, on: &canvas)
        }
        return Picture(width: size.width, height: size.height, channels: shape.channels, pixels: canvas)
    }

    private func cell(_ place: Int, of count: Int) -> (row: Int, column: Int) {
        guard arrangement == .pairs else { return (place / columns, place % columns) }
        let (pair, layer) = (place % (count / 2), place / (count / 2))
        return (pair / columns * 2 + layer, pair % columns)
    }

    private func draw(_ values: ArraySlice<Float>, row: Int, column: Int, on canvas: inout [UInt8]) {
        let (width, height, channels) = (shape.size.width, shape.size.height, shape.channels)
        let stride = size.width
        let corner = row * (height * scale + Self.gap) * stride + column * (width * scale + Self.gap)
        for channel in 0..<channels {
            for y in 0..<height * scale {
                let line = values.startIndex + (channel * height + y / scale) * width
                for x in 0..<width * scale {
                    canvas[(corner + y * stride + x) * channels + channel] = PictureShape.byte(values[line + x / scale])
                }
            }
        }
    }
}
