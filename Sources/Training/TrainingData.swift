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
    /// The labels' levels; nil where there are none.
    package let condition: ConditionSpecification?
    /// Of each row the place of its level.
    package let conditions: RowConditions
    /// Name and digest of the file of labels.
    package let labels: (file: String, sha256: String)?
    /// The file's name without its folder.
    package let file: String
    package let sha256: String

    /// Reads a CSV table with a header or IDX images, gzipped or not, told apart by what is in them.
    ///
    /// - Parameter labels: IDX bytes, one for each image.
    package init(_ path: String, table options: TableOptions = TableOptions(), labels: String? = nil) throws {
        file = Self.name(of: path)
        sha256 = try Self.digest(path)
        switch try DataFile.kind(of: path) {
        case .idx:
            let images = try IDXFile(path)
            let (rows, shape) = (images.dimensions[0], Array(images.dimensions.dropFirst()))
            let width = shape.reduce(1, *)
            values = Matrix(images.bytes.map { Float($0) / 255 }, rows: rows, columns: width)
            (schema, inputShape) = (nil, shape.isEmpty ? [1] : shape)
            let read = try labels.map { try LabelFile($0, rows: rows) }
            (condition, conditions) = (read?.condition, read.map { .each($0.places) } ?? .none)
            self.labels = try labels.map { (Self.name(of: $0), try Self.digest($0)) }
        case .png: throw TrainingError.onePicture
        case .text:
            if let labels { throw TrainingError.labels(file: labels, "only images have labels in a file of their own") }
            let table = try TableProfile(path, options)
            let schema = try table.schema()
            values = try table.codedRows(schema)
            (self.schema, inputShape) = (schema, [schema.width])
            let told = try table.condition()
            (condition, conditions) = (told?.specification, told.map { .each($0.places) } ?? .none)
            self.labels = nil
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
                values.values + other.values.values, rows: values.rows + other.values.rows, columns: values.columns),
            conditions: try conditions(followedBy: other))
    }

    /// Another file may have fewer levels, but no others.
    private func conditions(followedBy other: TrainingData) throws(TrainingError) -> RowConditions {
        guard let condition, case .each(var places) = conditions else { return .none }
        guard let theirs = other.condition, case .each(let otherPlaces) = other.conditions else {
            throw .labels(file: other.file, "rows for validation need labels as those for training have them")
        }
        let known = theirs.levels.map { condition.place(of: $0) }
        for (row, place) in otherPlaces.enumerated() {
            guard let found = known[place] else {
                throw .unknownLabel(row: row + 1, got: theirs.levels[place], known: condition.levels)
            }
            places.append(found)
        }
        return .each(places)
    }

    private init(_ data: TrainingData, values: Matrix<Float>, conditions: RowConditions) {
        (self.values, schema, inputShape, file, sha256) = (values, nil, data.inputShape, data.file, data.sha256)
        (condition, self.conditions, labels) = (data.condition, conditions, data.labels)
    }

    private static func name(of path: String) -> String { String(path.split(separator: "/").last ?? "-") }

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
