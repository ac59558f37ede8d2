internal import JSON
internal import Tensors

/// What the header says, before it is checked against the data.
struct Header {
    /// As the reference implementation has it.
    static let maximumSize = 100_000_000

    /// One tensor's place in the data.
    struct Entry: Sendable {
        let name: String
        let type: ElementType
        let shape: [Int]
        /// Bytes from the start of the data.
        let range: Range<Int>
    }

    var entries: [Entry] = []
    var metadata: [String: String] = [:]

    /// - Parameter json: the header's bytes without their length.
    init(json: [UInt8]) throws(SafetensorsError) {
        let root = try Self.reading { () throws(JSONError) in try JSONDocument(json).root }
        for (name, value) in try Self.reading({ () throws(JSONError) in try root.members() }) {
            if name == "__metadata__" {
                metadata = try Self.reading { () throws(JSONError) in try Self.texts(value) }
            } else {
                entries.append(try Self.entry(name: name, value: value))
            }
        }
    }

    private static func texts(_ object: JSONElement) throws(JSONError) -> [String: String] {
        var texts: [String: String] = [:]
        for (key, value) in try object.members() { texts[key] = try value.string() }
        return texts
    }

    private static func entry(name: String, value: JSONElement) throws(SafetensorsError) -> Entry {
        let (typeName, shape, offsets) = try reading { () throws(JSONError) in
            (
                try value.member("dtype").string(), try value.member("shape").ints(),
                try value.member("data_offsets").ints()
            )
        }
        guard let type = ElementType(rawValue: typeName) else { throw .unknownType(name: name, type: typeName) }
        guard offsets.count == 2, 0 <= offsets[0], offsets[0] <= offsets[1] else {
            throw .invalidOffsets(name: name, got: offsets)
        }
        return Entry(name: name, type: type, shape: shape, range: offsets[0]..<offsets[1])
    }

    /// Tells JSON's errors as errors of the header.
    private static func reading<Result>(
        _ body: () throws(JSONError) -> Result
    ) throws(SafetensorsError) -> Result {
        do {
            return try body()
        } catch .duplicateKey(path: "", let key) {
            throw .duplicateName(key)
        } catch {
            throw .invalidHeader(reason: error.description)
        }
    }
}

// MARK: Checking

extension Header {
    /// Sorts the tensors by place and makes sure that they fill the data exactly.
    mutating func validate(dataSize: Int) throws(SafetensorsError) {
        entries.sort { ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound) }
        var end = 0
        for entry in entries {
            try Self.checkStart(of: entry, expected: end)
            try Self.checkSize(of: entry)
            end = entry.range.upperBound
        }
        guard end <= dataSize else { throw .dataTooShort(expected: end, got: dataSize) }
        guard end == dataSize else { throw .trailingBytes(expected: end, got: dataSize) }
    }

    private static func checkStart(of entry: Entry, expected: Int) throws(SafetensorsError) {
        let start = entry.range.lowerBound
        guard start <= expected else { throw .hole(name: entry.name, expectedStart: expected, got: start) }
        guard start == expected else { throw .overlap(name: entry.name, expectedStart: expected, got: start) }
    }

    private static func checkSize(of entry: Entry) throws(SafetensorsError) {
        let (size, overflow) = try count(of: entry).multipliedReportingOverflow(by: entry.type.size)
        guard !overflow else { throw .invalidShape(name: entry.name, reason: "\(entry.shape) has too many bytes") }
        guard size == entry.range.count else {
            throw .sizeMismatch(name: entry.name, expected: size, got: entry.range.count)
        }
    }

    private static func count(of entry: Entry) throws(SafetensorsError) -> Int {
        do {
            return try elementCount(ofShape: entry.shape)
        } catch {
            throw .invalidShape(name: entry.name, reason: error.description)
        }
    }
}
