/// A shape and its elements. No arithmetic: that is the business of the kernels.
package struct Tensor<Element: Sendable>: Sendable {
    /// Outermost dimension first; empty for a scalar, which has one element.
    package let shape: [Int]
    /// Row-major: the last dimension varies fastest.
    package let elements: [Element]

    /// - Throws: `TensorError` when the shape is not one, or does not have as many places as there are elements.
    package init(shape: [Int], elements: [Element]) throws(TensorError) {
        let expected = try elementCount(ofShape: shape)
        guard elements.count == expected else {
            throw .shapeMismatch(shape: shape, expected: expected, got: elements.count)
        }
        self.shape = shape
        self.elements = elements
    }

    /// For a shape of our own making; one that does not fit is our mistake.
    package init(fitting shape: [Int], _ elements: [Element]) {
        precondition(shape.reduce(1, *) == elements.count, "\(elements.count) elements for shape \(shape)")
        self.shape = shape
        self.elements = elements
    }
}

extension Tensor: Equatable where Element: Equatable {}

/// The number of elements of a tensor of this shape: 1 for a scalar, 0 when a dimension is 0.
package func elementCount(ofShape shape: [Int]) throws(TensorError) -> Int {
    var count = 1
    for dimension in shape {
        guard dimension >= 0 else { throw .negativeDimension(shape: shape) }
        let (product, overflow) = count.multipliedReportingOverflow(by: dimension)
        guard !overflow else { throw .tooLarge(shape: shape) }
        count = product
    }
    return count
}
