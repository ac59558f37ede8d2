import Kernels
import NumPy
import VAE

/// A body that is rows of numbers and nothing else, checked as far as it can be without looking at the numbers.
struct RowBytes {
    private let bytes: ArraySlice<UInt8>
    private let format: NumberFormat
    private let rows: Int
    /// The first of two sides where the numbers of a column of that array lie side by side; nil where those of a row do.
    private let columnHeight: Int?
    private let place: Place

    /// What a row is: a code, or a record of plain vectors.
    private struct Place {
        let width: Int
        /// Of one record, outermost first.
        let sides: [Int]

        /// - Throws: `ServiceError.noArrays` for records of a table, whose codes are the model's own matter.
        init(_ head: OperationHead) throws(ServiceError) {
            let model = head.model.model
            guard head.verb.takesRecords else {
                width = model.network.latentDimension
                sides = [width]
                return
            }
            guard model.schema == nil else { throw .noArrays(model: head.model.name) }
            (width, sides) = (model.recordDimension, model.inputShape)
        }
    }

    /// Little-endian `Float`s without a header: as many rows as there are.
    init(floats body: [UInt8], _ head: OperationHead) throws(ServiceError) {
        place = try Place(head)
        let size = place.width * NumberFormat.float32.size
        guard !body.isEmpty else { throw .emptyInput(field: "the body") }
        guard body.count % size == 0 else { throw .brokenRow(bytes: body.count, width: place.width) }
        (bytes, format, rows, columnHeight) = (body[...], .float32, body.count / size, nil)
        try checkRows()
    }

    /// Of shape `[rows, width]` or `[width]`; of images also `[rows] + shape` or the shape itself.
    init(npy body: [UInt8], _ head: OperationHead) throws(ServiceError) {
        place = try Place(head)
        let array: NPYArray
        do {
            array = try NPYArray(body)
        } catch {
            throw .array(error)
        }
        rows = try Self.rows(array.shape, place)
        guard !array.isColumnMajor || array.shape.count <= 2 else {
            throw .badField(
                "fortran_order", expected: "False for an array of \(array.shape.count) dimensions", got: "True")
        }
        columnHeight = array.isColumnMajor ? array.shape[0] : nil
        (bytes, format) = (body[array.content], NumberFormat(array.element))
        try checkRows()
    }

    private static func rows(_ shape: [Int], _ place: Place) throws(ServiceError) -> Int {
        if shape == [place.width] || shape == place.sides { return 1 }
        let sides = Array(shape.dropFirst())
        guard let rows = shape.first, sides == [place.width] || sides == place.sides else {
            let known = place.sides == [place.width] ? [[place.width]] : [[place.width], place.sides]
            let texts = known.map { "[rows, \($0.map(String.init).joined(separator: ", "))]" }
            throw .wrongShape(expected: texts.joined(separator: " or "), got: shape)
        }
        return rows
    }

    /// Before there is a matrix of them.
    private func checkRows() throws(ServiceError) {
        guard rows > 0 else { throw .emptyInput(field: "the body") }
        guard rows <= OperationRequest.mostRows else {
            throw .tooLarge(what: "rows in one request", limit: OperationRequest.mostRows, got: rows)
        }
    }

    /// `[rows, width]`, every number finite: the one copy.
    func matrix() throws(ServiceError) -> Matrix<Float> {
        let matrix = numbers
        guard let index = matrix.firstNonFinite() else { return matrix }
        let (row, column) = (index / place.width, "\(index % place.width)")
        let number = matrix[index]
        throw number.isNaN
            ? .notANumber(row: row, column: column, got: "NaN") : .overflow(row: row, column: column, got: "\(number)")
    }

    private var numbers: Matrix<Float> {
        guard let columnHeight else { return Matrix(bytes, format, rows: rows, columns: place.width) }
        // Not always `rows`: an image by itself has two sides too.
        let columns = rows * place.width / columnHeight
        return Matrix(bytes, format, rows: columnHeight, columns: columns, isColumnMajor: true)
            .slice(from: 0, rows: rows, columns: place.width)
    }
}

extension NumberFormat {
    fileprivate init(_ element: NPYElement) {
        switch element {
        case .int8: self = .int8
        case .int16: self = .int16
        case .int32: self = .int32
        case .int64: self = .int64
        case .uint8: self = .uint8
        case .uint16: self = .uint16
        case .uint32: self = .uint32
        case .uint64: self = .uint64
        case .float16: self = .float16
        case .float32: self = .float32
        case .float64: self = .float64
        }
    }
}
