/// Why a value is no tensor of the shape that it should have.
package enum JSONTensorError: Error, Equatable {
    case notAnArray(got: JSONKind)
    /// A flat array of another number of elements.
    case wrongCount(expected: Int, got: Int)
    /// A nested array whose arrays of a dimension have another number of elements.
    case wrongSide(dimension: Int, expected: Int, got: Int)
    /// A value where the shape says that there are more dimensions.
    case notNested(got: JSONKind)
    /// The element of this place in row-major order.
    case notANumber(index: Int, got: JSONKind)
    case overflow(index: Int, got: Double)
}
