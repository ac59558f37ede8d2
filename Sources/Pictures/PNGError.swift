/// Why bytes are not the picture that they should be.
package enum PNGError: Error, Equatable {
    case notPNG
    /// Broken, cut off, or more than one picture.
    case damaged(reason: String)
    case animated
    /// Larger than any picture that is read here.
    case tooLarge(PictureSize)
    case wrongSize(expected: PictureSize, got: PictureSize)
}

extension PNGError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notPNG: "PNG: the bytes are not a PNG's"
        case .damaged(let reason): "PNG: \(reason)"
        case .animated: "PNG: an animation; expected one picture"
        case .tooLarge(let size):
            "PNG: \(size) pixels; at most \(PictureSize.longestSide) a side"
        case .wrongSize(let expected, let got):
            if expected.width != got.width {
                "PNG: width \(got.width), expected \(expected.width)"
            } else {
                "PNG: height \(got.height), expected \(expected.height)"
            }
        }
    }
}
