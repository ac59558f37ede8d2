import JSON
import Kernels
import RecordIO

/// A tensor of a request.
struct InputTensor: Sendable {
    private enum Content: Sendable {
        case json(JSONElement)
        case binary(ArraySlice<UInt8>)
    }

    let name: String
    let shape: [Int]
    /// Elements: the product of the shape.
    let count: Int
    let datatype: TensorDatatype
    private let content: Content

    /// More dimensions than any tensor here has.
    private static let mostDimensions = 32

    /// One of `inputs`.
    ///
    /// - Parameter binary: where its bytes are taken from, if it is not in JSON.
    init(_ element: JSONElement, _ binary: inout BinaryTensors) throws(ServiceError) {
        var fields = try RequestFields(element)
        guard let name = try fields.string("name") else { throw .missingField(["inputs[].name"]) }
        guard let shape = try fields.present("shape") else { throw .missingField(["\(name).shape"]) }
        guard let datatype = try fields.string("datatype") else { throw .missingField(["\(name).datatype"]) }
        (self.name, self.shape) = (name, try Self.shape(shape, name))
        guard let known = TensorDatatype(rawValue: datatype) else {
            let names = TensorDatatype.allCases.map(\.rawValue).joined(separator: ", ")
            throw .badField("\(name).datatype", expected: "one of \(names)", got: "'\(datatype)'")
        }
        (self.datatype, count) = (known, try Self.count(self.shape, name))
        let size = try Self.binarySize(try fields.present("parameters"), name)
        switch (try fields.present("data"), size) {
        case (let data?, nil): content = .json(data)
        case (nil, let size?): content = .binary(try binary.take(size, for: name))
        case (nil, nil): throw .missingField(["\(name).data", "\(name).parameters.binary_data_size"])
        case (_?, _?):
            throw .badField("\(name).data", expected: "absent where 'binary_data_size' is given", got: "both")
        }
        try checkSize()
    }

    /// The tensor of a request that is nothing else.
    init(raw bytes: ArraySlice<UInt8>, name: String, shape: [Int]) {
        (self.name, self.shape, datatype, content) = (name, shape, .fp32, .binary(bytes))
        count = shape.reduce(1, *)
    }

    private static func shape(_ element: JSONElement, _ name: String) throws(ServiceError) -> [Int] {
        let sides: [Int]
        do throws(JSONError) {
            sides = try element.ints()
        } catch {
            throw ServiceError(error, columnName: String.init)
        }
        guard (1...mostDimensions).contains(sides.count) else {
            throw .badField("\(name).shape", expected: "1 to \(mostDimensions) numbers", got: "\(sides.count)")
        }
        if let side = sides.first(where: { $0 < 0 }) {
            throw .badField("\(name).shape", expected: "without negative numbers", got: "\(side)")
        }
        return sides
    }

    private static func count(_ shape: [Int], _ name: String) throws(ServiceError) -> Int {
        var count = 1
        // Without the zeros: whether the product overflows must not depend on the order.
        for side in shape where side > 0 {
            let (product, overflows) = count.multipliedReportingOverflow(by: side)
            guard !overflows else {
                throw .badField("\(name).shape", expected: "a product below 2⁶³", got: "\(shape)")
            }
            count = product
        }
        return shape.contains(0) ? 0 : count
    }

    private static func binarySize(_ parameters: JSONElement?, _ name: String) throws(ServiceError) -> Int? {
        guard let parameters else { return nil }
        var fields = try RequestFields(parameters)
        for reserved in ["shared_memory_region", "shared_memory_byte_size"] where try fields.element(reserved) != nil {
            throw .badField(
                "\(name).parameters", expected: "without shared memory, which is not offered", got: reserved)
        }
        return try fields.int("binary_data_size", in: 0...Int.max)
    }

    /// Of binary numbers only the count can be wrong.
    private func checkSize() throws(ServiceError) {
        guard case .binary(let bytes) = content, let format = datatype.format else { return }
        let (expected, overflows) = count.multipliedReportingOverflow(by: format.size)
        guard !overflows, bytes.count == expected else {
            throw .badField(
                "\(name).parameters.binary_data_size",
                expected: "\(overflows ? "less" : "\(expected)") for shape \(shape) of \(datatype.rawValue)",
                got: "\(bytes.count)")
        }
    }
}

// MARK: Elements

extension InputTensor {
    /// Rows of `width` numbers each, all of them finite.
    ///
    /// - Parameter columnName: of a place in a row.
    func matrix(rows: Int, width: Int, columnName: (Int) -> String) throws(ServiceError) -> Matrix<Float> {
        func place(_ index: Int) -> (row: Int, column: String) { (index / width, columnName(index % width)) }
        let matrix: Matrix<Float>
        switch content {
        case .binary(let bytes): matrix = Matrix(bytes, try numberFormat(), rows: rows, columns: width)
        case .json(let element):
            try checkJSON()
            do throws(JSONTensorError) {
                matrix = Matrix(try element.floats(shape: shape, kinds: kinds), rows: rows, columns: width)
            } catch {
                throw ServiceError(error, in: self, place: place)
            }
        }
        if let range = datatype.range,
            let index = Self.firstOutside(matrix.values, range: Float(range.lowerBound)...Float(range.upperBound))
        {
            throw outside(row: place(index).0, column: place(index).1, got: "\(matrix[index])")
        }
        if let index = matrix.firstNonFinite() {
            let ((row, column), value) = (place(index), matrix[index])
            throw value.isNaN
                ? .notANumber(row: row, column: column, got: "NaN")
                : .overflow(row: row, column: column, got: "\(value)")
        }
        return matrix
    }

    /// The cells of one column.
    func cells() throws(ServiceError) -> ColumnCells {
        switch (content, datatype) {
        case (.binary(let bytes), .bytes): return .words(try BinaryTensors.words(bytes, count: count, of: name))
        case (.binary(let bytes), .bool): return .flags(try numberFormat().doubles(bytes))
        case (.binary(let bytes), _): return .numbers(try numberFormat().doubles(bytes))
        case (.json(let element), .bytes): return .elements(try elements(element))
        case (.json(let element), .bool): return .flags(try doubles(element))
        case (.json(let element), _): return .numbers(try doubles(element))
        }
    }

    /// The names of levels, one for each row.
    func levels() throws(ServiceError) -> [String] {
        switch try cells() {
        case .words(let words): return words.map { String(decoding: $0, as: UTF8.self) }
        case .numbers(let numbers), .flags(let numbers): return numbers.map { LevelNames.text($0) }
        case .elements(let elements):
            do throws(JSONError) {
                var names: [String] = []
                for element in elements { names.append(try LevelNames.text(element)) }
                return names
            } catch {
                throw ServiceError(error, columnName: String.init)
            }
        }
    }

    /// The only element, a whole number.
    func integer(in range: ClosedRange<Int>) throws(ServiceError) -> Int {
        guard count == 1 else { throw .badField("\(name).shape", expected: "[1]", got: "\(shape)") }
        guard datatype != .bytes, case .numbers(let numbers) = try cells(), let value = Int(exactly: numbers[0]),
            range.contains(value)
        else {
            throw .badField(
                "\(name).data", expected: "a whole number from \(range.lowerBound) to \(range.upperBound)",
                got: "another")
        }
        return value
    }

    private func doubles(_ element: JSONElement) throws(ServiceError) -> [Double] {
        try checkJSON()
        let values: [Double]
        do throws(JSONTensorError) {
            values = try element.doubles(shape: shape, kinds: kinds.union(.nulls))
        } catch {
            throw ServiceError(error, in: self) { ($0, name) }
        }
        if let index = Self.firstOutside(values, range: datatype.range) {
            throw outside(row: index, column: name, got: "\(values[index])")
        }
        return values
    }

    private func elements(_ element: JSONElement) throws(ServiceError) -> [JSONElement] {
        do throws(JSONTensorError) {
            return try element.elements(shape: shape)
        } catch {
            throw ServiceError(error, in: self) { ($0, name) }
        }
    }

    private var kinds: JSONTensorKinds { datatype == .bool ? .flags : [] }

    private func numberFormat() throws(ServiceError) -> NumberFormat {
        guard let format = datatype.format else {
            throw .badField("\(name).datatype", expected: "a datatype of numbers", got: datatype.rawValue)
        }
        return format
    }

    /// What JSON can hold of the datatype.
    private func checkJSON() throws(ServiceError) {
        _ = try numberFormat()
        if datatype == .fp16 || datatype == .bf16 {
            throw .badField(
                "\(name).data", expected: "binary for \(datatype.rawValue), which JSON has no numbers of", got: "JSON")
        }
    }

    private static func firstOutside<Number: BinaryFloatingPoint>(_ values: [Number], range: ClosedRange<Number>?)
        -> Int?
    {
        guard let range else { return nil }
        return values.firstIndex { !$0.isNaN && !($0 == $0.rounded() && range.contains($0)) }
    }

    private func outside(row: Int, column: String, got: String) -> ServiceError {
        .notANumber(row: row, column: column, got: "\(got), which is no \(datatype.rawValue)")
    }
}

extension ServiceError {
    /// What is wrong with a tensor in JSON.
    ///
    /// - Parameter place: the row and the column of an element.
    init(_ error: JSONTensorError, in tensor: InputTensor, place: (Int) -> (row: Int, column: String)) {
        let data = "\(tensor.name).data"
        switch error {
        case .notAnArray(let got): self = .badField(data, expected: "an array", got: got.rawValue)
        case .wrongCount(let expected, let got):
            self = .badField(data, expected: "\(expected) elements for shape \(tensor.shape)", got: "\(got)")
        case .wrongSide(let dimension, let expected, let got):
            self = .badField(
                data, expected: "arrays of \(expected) in dimension \(dimension) for shape \(tensor.shape)",
                got: "\(got)")
        case .notNested(let got):
            self = .badField(
                data, expected: "flat or nested as its shape \(tensor.shape)", got: "a \(got.rawValue) among arrays")
        case .notANumber(let index, let got):
            let (row, column) = place(index)
            self = .notANumber(row: row, column: column, got: got.rawValue)
        case .overflow(let index, let got):
            let (row, column) = place(index)
            self = .overflow(row: row, column: column, got: "\(got)")
        }
    }
}
