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

    let metadata: TensorMetadata
    /// Of the request.
    let rows: Int
    let content: Content

    init(_ metadata: TensorMetadata, rows: Int, _ content: Content) {
        (self.metadata, self.rows, self.content) = (metadata, rows, content)
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
            metadata.writeMembers(rows: rows, to: &writer)
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
