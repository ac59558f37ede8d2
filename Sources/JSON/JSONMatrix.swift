/// Rows of numbers in one flat buffer.
package struct JSONMatrix: Equatable, Sendable {
    package let rows: Int
    package let columns: Int
    /// `[rows, columns]`, row-major.
    package let values: [Float]
}
