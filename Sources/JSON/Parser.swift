internal import CSimdJSON

/// Owns a simdjson parser and the document it parsed last.
@safe
final class Parser {
    /// Brackets within brackets; deeper documents are refused.
    static let maximumDepth = 64

    /// Freed in `deinit`.
    let pointer: OpaquePointer

    init() throws(JSONError) {
        guard let pointer = unsafe CSimdJSONParserCreate(Self.maximumDepth) else { throw .outOfMemory }
        unsafe self.pointer = pointer
    }

    deinit {
        unsafe CSimdJSONParserDestroy(pointer)
    }

    /// Document bytes for which memory is held.
    var capacity: Int { unsafe CSimdJSONParserCapacity(pointer) }

    /// Replaces the document.
    ///
    /// - Returns: nil, or simdjson's words for what is wrong.
    func parse(_ bytes: [UInt8]) -> String? { parse(bytes, bytes.indices) }

    /// Replaces the document by that at these places of the bytes.
    func parse(_ bytes: [UInt8], _ range: Range<Int>) -> String? {
        let isPadded = bytes.capacity - range.upperBound >= Int(CSimdJSONPadding)
        let code = unsafe bytes.withUnsafeBufferPointer { buffer in
            let document = unsafe UnsafeBufferPointer(rebasing: buffer[range])
            // An array without storage has a null address, which simdjson would copy from.
            guard let address = document.baseAddress else {
                return unsafe parse(address: [0], count: 0, isPadded: false)
            }
            return unsafe parse(address: address, count: document.count, isPadded: isPadded)
        }
        return code == 0 ? nil : unsafe String(cString: CSimdJSONErrorText(code))
    }

    private func parse(address: UnsafePointer<UInt8>, count: Int, isPadded: Bool) -> Int32 {
        unsafe CSimdJSONParserParse(pointer, address, count, isPadded)
    }

    // MARK: Reading the document

    /// The first key that repeats another of its object; must not run beside other readers.
    func duplicateKey() -> Int? {
        let node = unsafe CSimdJSONParserDuplicateKey(pointer)
        return node == 0 ? nil : node
    }

    func tag(_ node: Int) -> UInt8 { unsafe CSimdJSONTag(pointer, node) }

    func next(_ node: Int) -> Int { unsafe CSimdJSONNext(pointer, node) }

    func numberBits(_ node: Int) -> UInt64 { unsafe CSimdJSONNumberBits(pointer, node) }

    func string(_ node: Int) -> String {
        var count = 0
        let text = unsafe CSimdJSONString(pointer, node, &count)
        return unsafe String(decoding: UnsafeBufferPointer(start: text, count: count), as: UTF8.self)
    }

    /// The UTF-8 of a string or key, its escapes undone; it stays as long as the document.
    func withBytes<Result, Failure: Error>(
        _ node: Int, _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        var count = 0
        let text = unsafe CSimdJSONString(pointer, node, &count)
        return try body(unsafe UnsafeBufferPointer(start: text, count: count).span)
    }

    func member(_ key: String, of node: Int) -> Int? {
        var key = key
        let value = key.withUTF8 { unsafe CSimdJSONMember(pointer, node, $0.baseAddress, $0.count) }
        return value == 0 ? nil : value
    }

    /// - Parameter values: room for `matrixRoom(node)` floats.
    func readMatrix(_ node: Int, columns: Int, values: UnsafeMutablePointer<Float>?) -> CSimdJSONMatrix {
        unsafe CSimdJSONReadMatrix(pointer, node, columns, values)
    }

    /// As many floats as the value can hold: a number takes two words of the tape.
    func matrixRoom(_ node: Int) -> Int { (next(node) - node) / 2 }
}

// A parser moves between threads only through the pool's mutex. Once a document holds it, it is only read, and
// simdjson's tape is plain memory that does not change.
extension Parser: @unchecked Sendable {}
