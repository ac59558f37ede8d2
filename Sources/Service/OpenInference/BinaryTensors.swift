import HTTPServer

/// The bytes of a body: a JSON header, and the tensors that follow it in the order in which it names them.
struct BinaryTensors {
    /// Where the header ends; nil where the whole body is JSON.
    let headerLength: Int?
    private var rest: ArraySlice<UInt8>

    static let headerField = "Inference-Header-Content-Length"

    /// - Throws: `ServiceError.badField` for a length that is none, or beyond the body's.
    init(_ request: HTTPRequest) throws(ServiceError) {
        guard let text = request.header(Self.headerField) else {
            (headerLength, rest) = (nil, [])
            return
        }
        guard let length = Int(text), text.utf8.first != UInt8(ascii: "+"), (0...request.body.count).contains(length)
        else {
            throw .badField(
                Self.headerField, expected: "0 to \(request.body.count), the body's length", got: "'\(text)'")
        }
        (headerLength, rest) = (length, request.body[length...])
    }

    /// Whether all of the body is one tensor.
    var isRaw: Bool { headerLength == 0 }

    /// Whether more bytes are there.
    var count: Int { rest.count }

    /// The next tensor's bytes.
    mutating func take(_ count: Int, for tensor: String) throws(ServiceError) -> ArraySlice<UInt8> {
        guard count >= 0, count <= rest.count else {
            throw .missingBytes(tensor: tensor, expected: count, got: rest.count)
        }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    /// - Throws: `ServiceError.leftoverBytes`.
    func finish() throws(ServiceError) {
        guard rest.isEmpty else { throw .leftoverBytes(rest.count) }
    }

    /// The elements of a `BYTES` tensor: 4 bytes of length before each.
    static func words(_ bytes: ArraySlice<UInt8>, count: Int, of tensor: String) throws(ServiceError) -> [ArraySlice<
        UInt8
    >] {
        var (words, rest) = ([ArraySlice<UInt8>](), bytes)
        while !rest.isEmpty {
            guard words.count < count else {
                throw .badField("\(tensor).data", expected: "\(count) elements", got: "more")
            }
            guard rest.count >= 4 else { throw .missingBytes(tensor: tensor, expected: 4, got: rest.count) }
            let length = rest.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
            rest = rest.dropFirst(4)
            guard length <= rest.count else { throw .missingBytes(tensor: tensor, expected: length, got: rest.count) }
            words.append(rest.prefix(length))
            rest = rest.dropFirst(length)
        }
        guard words.count == count else {
            throw .badField("\(tensor).data", expected: "\(count) elements", got: "\(words.count)")
        }
        return words
    }
}
