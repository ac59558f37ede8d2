import DataFiles
import Files
import Kernels
import VAE

/// Records read from a file, as the network sees them, and what is known of them.
package struct TrainingData {
    /// `[rows, inputDimension]`: pixels in [0, 1], or standardised columns.
    package let values: Matrix<Float>
    /// Of a table; nil for images.
    package let columns: Columns?
    package let inputShape: [Int]
    /// The file's name without its folder.
    package let file: String
    package let sha256: String

    /// How a table's columns reach the network.
    package enum Standardisation: Sendable {
        /// Less their mean, over their standard deviation.
        case zScore
        /// As they are.
        case none
    }

    /// Reads a CSV table with a header or IDX images, gzipped or not, told apart by what is in them.
    package init(_ path: String, standardisation: Standardisation = .zScore) throws {
        file = String(path.split(separator: "/").last ?? "-")
        sha256 = try Self.digest(path)
        switch try DataFile.kind(of: path) {
        case .idx:
            let images = try IDXFile(path)
            let (rows, shape) = (images.dimensions[0], Array(images.dimensions.dropFirst()))
            let width = shape.reduce(1, *)
            values = Matrix(images.bytes.map { Float($0) / 255 }, rows: rows, columns: width)
            (columns, inputShape) = (nil, shape.isEmpty ? [1] : shape)
        case .text:
            let table = try NumericTable(path)
            let matrix = Matrix(table.values, rows: table.rows, columns: table.columns.count)
            let columns = Self.columns(matrix, names: table.columns, standardisation)
            columns.standardise(matrix)
            (values, self.columns, inputShape) = (matrix, columns, [table.columns.count])
        }
    }

    /// Whether every row is the same.
    package var isConstant: Bool {
        (0..<values.columns).allSatisfy { j in (1..<max(values.rows, 1)).allSatisfy { values[$0, j] == values[0, j] } }
    }

    private static func digest(_ path: String) throws(FileError) -> String {
        var digest = SHA256()
        let source = try FileByteSource(path)
        var bytes: [UInt8] = []
        while try source.append(to: &bytes) {
            digest.update(bytes)
            bytes.removeAll(keepingCapacity: true)
        }
        return digest.hexadecimal()
    }

    /// Mean and standard deviation of each column; a constant one is only shifted.
    static func columns(
        _ matrix: Matrix<Float>, names: [String], _ standardisation: Standardisation
    ) -> Columns {
        Columns(
            names.enumerated().map { j, name in
                if standardisation == .none { return Columns.Column(name: name, offset: 0, scale: 1) }
                let values = (0..<matrix.rows).map { Double(matrix[$0, j]) }
                let mean = values.reduce(0, +) / Double(values.count)
                let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
                let deviation = (squares / Double(values.count)).squareRoot()
                // Below this, the spread is rounding of single precision, not information.
                let isConstant = deviation <= 1e-6 * max(abs(mean), 1e-30)
                return Columns.Column(name: name, offset: Float(mean), scale: isConstant ? 1 : Float(deviation))
            })
    }
}
