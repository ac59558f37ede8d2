/// Width and height in pixels.
package struct PictureSize: Equatable, Sendable {
    package let width: Int
    package let height: Int

    package init(width: Int, height: Int) {
        (self.width, self.height) = (width, height)
    }

    /// The longest side of a picture that is read or written: a file of few bytes may stand for any number of pixels.
    package static let longestSide = 4_096

    package var isAllowed: Bool {
        let sides = 1...Self.longestSide
        return sides.contains(width) && sides.contains(height)
    }
}

extension PictureSize: CustomStringConvertible {
    package var description: String { "\(width) × \(height)" }
}
