internal import JSON
internal import Tensors

/// Why bytes are not a safetensors file, or do not hold the tensor that is wanted.
package enum SafetensorsError: Error, Equatable {
    /// Too short for the eight bytes that tell the header's length.
    case noHeader(fileSize: Int)
    case headerTooLarge(limit: Int, got: UInt64)
    case headerBeyondFile(headerSize: Int, fileSize: Int)
    /// The header must begin with `{`; nil when it is empty.
    case headerIsNoObject(firstByte: UInt8?)
    /// The header is not the JSON it should be; `reason` says where.
    case invalidHeader(reason: String)
    case duplicateName(String)
    case unknownType(name: String, type: String)
    /// A negative dimension, or more elements than can be counted.
    case invalidShape(name: String, reason: String)
    /// Not two offsets, in order.
    case invalidOffsets(name: String, got: [Int])
    /// Bytes of the data belong to no tensor.
    case hole(name: String, expectedStart: Int, got: Int)
    case overlap(name: String, expectedStart: Int, got: Int)
    /// The shape and type need another number of bytes than the offsets give.
    case sizeMismatch(name: String, expected: Int, got: Int)
    case dataTooShort(expected: Int, got: Int)
    case trailingBytes(expected: Int, got: Int)

    case missing(name: String, available: [String])
    case wrongType(name: String, expected: String, got: ElementType)
    /// A number that single precision cannot hold exactly.
    case inexact(name: String, index: Int, value: Double)
}

extension SafetensorsError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .noHeader(let fileSize):
            "a safetensors file begins with 8 bytes that tell the header's length, got \(fileSize) bytes in all"
        case .headerTooLarge(let limit, let got):
            "the safetensors header claims \(got) bytes; at most \(limit) are allowed"
        case .headerBeyondFile(let headerSize, let fileSize):
            "the safetensors header claims \(headerSize) bytes, but the file has only \(fileSize)"
        case .headerIsNoObject(let firstByte):
            "the safetensors header must begin with '{', got \(firstByte.map { "the byte \($0)" } ?? "nothing")"
        case .invalidHeader(let reason):
            "the safetensors header is wrong: \(reason)"
        case .missing(let name, let available):
            "there is no tensor \"\(name)\"; there are: \(available.joined(separator: ", "))"
        case .wrongType(let name, let expected, let got):
            "tensor \"\(name)\": expected \(expected), got \(got.rawValue)"
        case .inexact(let name, let index, let value):
            "tensor \"\(name)\": the element at index \(index), \(value), does not fit single precision exactly"
        case .duplicateName(let name):
            "tensor \"\(name)\" is there twice"
        case .unknownType(let name, let type):
            "tensor \"\(name)\": the element type \"\(type)\" is not known"
        case .invalidShape(let name, let reason):
            "tensor \"\(name)\": \(reason)"
        case .invalidOffsets(let name, let got):
            "tensor \"\(name)\": expected a start and an end offset in order, got \(got)"
        case .hole(let name, let expectedStart, let got):
            "tensor \"\(name)\": starts at \(got), which leaves a hole after \(expectedStart)"
        case .overlap(let name, let expectedStart, let got):
            "tensor \"\(name)\": starts at \(got), but the tensor before it ends at \(expectedStart)"
        case .sizeMismatch(let name, let expected, let got):
            "tensor \"\(name)\": its shape and type need \(expected) bytes, its offsets give \(got)"
        case .dataTooShort(let expected, let got):
            "the tensors need \(expected) bytes of data, the file has \(got)"
        case .trailingBytes(let expected, let got):
            "the tensors end after \(expected) bytes of data, the file has \(got)"
        }
    }
}
