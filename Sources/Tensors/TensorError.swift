/// Why a shape and its elements do not make a tensor.
package enum TensorError: Error, Equatable {
    case shapeMismatch(shape: [Int], expected: Int, got: Int)
    case negativeDimension(shape: [Int])
    /// The number of elements does not fit an `Int`.
    case tooLarge(shape: [Int])
}

extension TensorError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .shapeMismatch(let shape, let expected, let got):
            "a tensor of shape \(shape) has \(expected) elements, got \(got)"
        case .negativeDimension(let shape):
            "the shape \(shape) has a negative dimension"
        case .tooLarge(let shape):
            "a tensor of shape \(shape) has too many elements to count"
        }
    }
}
