import Inference
import JSON
import Kernels
import Records

/// A tensor of an answer.
struct OutputTensor {
    enum Content {
        case floats(Matrix<Float>)
        case doubles([Double])
        case flags([Bool])
        case words([String])
    }

    let name: String
    let datatype: TensorDatatype
    let shape: [Int]
    let content: Content

    /// - Parameter rows: of the request.
    init(_ metadata: TensorMetadata, rows: Int, _ content: Content) {
        (name, datatype, self.content) = (metadata.name, metadata.datatype, content)
        shape = [rows] + metadata.sides
    }

    // MARK: Binary

    /// Its elements as they follow a header.
    func appendBytes(to bytes: inout [UInt8]) {
        switch content {
        case .floats(let numbers): numbers.appendBytes(to: &bytes)
        case .doubles(let numbers): Matrix(numbers).appendBytes(to: &bytes)
        case .flags(let flags): bytes += flags.map { $0 ? 1 : 0 }
        case .words(let words):
            for word in words {
                let count = UInt32(word.utf8.count)
                bytes += (0..<4).map { UInt8(truncatingIfNeeded: count >> ($0 * 8)) }
                bytes += word.utf8
            }
        }
    }

    var binarySize: Int {
        switch content {
        case .floats(let numbers): 4 * numbers.count
        case .doubles(let numbers): 8 * numbers.count
        case .flags(let flags): flags.count
        case .words(let words): words.reduce(0) { $0 + 4 + $1.utf8.count }
        }
    }

    // MARK: JSON

    /// `{"name", "datatype", "shape", "data"}`, or in place of the data its length where that follows.
    ///
    /// - Throws: `JSONError.notFinite`, which is our own fault.
    func write(isBinary: Bool, to writer: inout JSONWriter) throws(JSONError) {
        try writer.object { writer throws(JSONError) in
            writer.key("name")
            writer.string(name)
            writer.key("datatype")
            writer.string(datatype.rawValue)
            writer.key("shape")
            writer.ints(shape)
            if isBinary {
                writer.key("parameters")
                writer.object { writer in
                    writer.key("binary_data_size")
                    writer.int(binarySize)
                }
            } else {
                writer.key("data")
                try writeData(to: &writer)
            }
        }
    }

    private func writeData(to writer: inout JSONWriter) throws(JSONError) {
        switch content {
        case .floats(let numbers): try writer.floats(numbers.values)
        case .doubles(let numbers): try writer.doubles(numbers)
        case .flags(let flags): writer.array { writer in for flag in flags { writer.bool(flag) } }
        case .words(let words): writer.array { writer in for word in words { writer.string(word) } }
        }
    }
}
