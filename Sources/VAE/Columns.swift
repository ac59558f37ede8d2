import Kernels

/// The named columns of a table and how each is standardised: the network sees (x − offset) / scale.
package struct Columns: Equatable, Sendable {
    package struct Column: Equatable, Sendable {
        package let name: String
        package let offset: Float
        /// Above 0.
        package let scale: Float

        package init(name: String, offset: Float, scale: Float) {
            (self.name, self.offset, self.scale) = (name, offset, scale)
        }
    }

    package let columns: [Column]
    // Apart from the names, whose reference counts would cost more than the arithmetic.
    /// The place of each name; of the first, where a name is twice.
    package let places: [String: Int]
    private let offsets: [Float]
    private let scales: [Float]

    package init(_ columns: [Column]) {
        self.columns = columns
        places = Dictionary(zip(columns.map(\.name), columns.indices)) { first, _ in first }
        offsets = columns.map(\.offset)
        scales = columns.map(\.scale)
    }

    /// A name that two columns have.
    var duplicateName: String? {
        columns.enumerated().first { places[$1.name] != $0 }?.element.name
    }

    package var names: [String] { columns.map(\.name) }

    /// Σ log scale: what the log density loses from standardised units to the data's own, in nats.
    package var logScale: Double {
        columns.reduce(0) { $0 + ExactMath.log(Double($1.scale)) }
    }

    /// From the data's own units, in place. `[rows, columns]`
    package func standardise(_ x: Matrix<Float>) {
        for i in 0..<x.rows {
            for j in offsets.indices { x[i, j] = (x[i, j] - offsets[j]) / scales[j] }
        }
    }

    /// Back to the data's own units, in place. `[rows, columns]`
    package func restore(_ x: Matrix<Float>) {
        for i in 0..<x.rows {
            for j in offsets.indices { x[i, j] = x[i, j] * scales[j] + offsets[j] }
        }
    }
}
