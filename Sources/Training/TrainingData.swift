import DataFiles
import Files
import Kernels
import Records
import VAE

/// Records read from a file, and what is known of them.
package struct TrainingData {
    /// `[rows, …]`: pixels in [0, 1], or coded rows.
    package let values: Matrix<Float>
    /// Of a table; nil for images.
    package let schema: Schema?
    /// The shape of one record; of a table the number of coded columns.
    package let inputShape: [Int]
    /// The file's name without its folder.
    package let file: String
    package let sha256: String

    /// Reads a CSV table with a header or IDX images, gzipped or not, told apart by what is in them.
    package init(_ path: String, table options: TableOptions = TableOptions()) throws {
        file = String(path.split(separator: "/").last ?? "-")
        sha256 = try Self.digest(path)
        switch try DataFile.kind(of: path) {
        case .idx:
            let images = try IDXFile(path)
            let (rows, shape) = (images.dimensions[0], Array(images.dimensions.dropFirst()))
            let width = shape.reduce(1, *)
            values = Matrix(images.bytes.map { Float($0) / 255 }, rows: rows, columns: width)
            (schema, inputShape) = (nil, shape.isEmpty ? [1] : shape)
        case .png: throw TrainingError.onePicture
        case .text:
            let table = try TableProfile(path, options)
            let schema = try table.schema()
            values = try table.codedRows(schema)
            (self.schema, inputShape) = (schema, [schema.width])
        }
    }

    /// With the rows of another file behind its own, for validation.
    ///
    /// - Throws: `TrainingError.validationShape` when they are not of the same kind and shape.
    func followed(by other: TrainingData) throws(TrainingError) -> TrainingData {
        guard other.values.rows > 0 else { throw .noValidationRows(file: other.file) }
        guard schema == nil, other.schema == nil, inputShape == other.inputShape else {
            throw .validationShape(
                file: other.file, expected: inputShape, got: other.schema == nil ? other.inputShape : [])
        }
        return TrainingData(
            self,
            values: Matrix(
                values.values + other.values.values, rows: values.rows + other.values.rows, columns: values.columns))
    }

    private init(_ data: TrainingData, values: Matrix<Float>) {
        (self.values, schema, inputShape, file, sha256) = (values, nil, data.inputShape, data.file, data.sha256)
    }

    /// Whether every row is the same.
    package var isConstant: Bool {
        if let schema {
            return schema.coded.allSatisfy { if case .constant = $0.kind { true } else { false } }
        }
        return (0..<values.columns).allSatisfy { j in
            (1..<max(values.rows, 1)).allSatisfy { values[$0, j] == values[0, j] }
        }
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
}
