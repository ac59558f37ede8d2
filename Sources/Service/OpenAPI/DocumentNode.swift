import JSON

/// A JSON value whose members keep their order: what a schema or an example is built of.
enum DocumentNode: Equatable, Sendable {
    case null
    case bool(Bool)
    case int(Int)
    case uint64(UInt64)
    /// Finite.
    case number(Double)
    case float(Float)
    case string(String)
    case array([DocumentNode])
    case object([Member])

    struct Member: Equatable, Sendable {
        let name: String
        let value: DocumentNode
    }

    /// - Throws: `JSONError.notFinite`.
    func write(to writer: inout JSONWriter) throws(JSONError) {
        switch self {
        case .null: writer.null()
        case .bool(let value): writer.bool(value)
        case .int(let value): writer.int(value)
        case .uint64(let value): writer.uint64(value)
        case .number(let value): try writer.double(value)
        case .float(let value): try writer.float(value)
        case .string(let value): writer.string(value)
        case .array(let values):
            try writer.array { writer throws(JSONError) in
                for value in values { try value.write(to: &writer) }
            }
        case .object(let members):
            try writer.object { writer throws(JSONError) in
                for member in members {
                    writer.key(member.name)
                    try member.value.write(to: &writer)
                }
            }
        }
    }

    /// - Throws: `JSONError.notFinite`.
    func bytes() throws(JSONError) -> [UInt8] {
        var writer = JSONWriter()
        try write(to: &writer)
        return writer.bytes
    }

    /// On one line, with spaces between members, so that a page can break it.
    var spaced: String {
        switch self {
        case .array(let values): "[\(values.map(\.spaced).joined(separator: ", "))]"
        case .object(let members):
            "{\(members.map { "\(DocumentNode.string($0.name).spaced): \($0.value.spaced)" }.joined(separator: ", "))}"
        default: (try? bytes()).map { String(decoding: $0, as: UTF8.self) } ?? "null"
        }
    }

    static func strings(_ values: some Sequence<String>) -> DocumentNode { .array(values.map { .string($0) }) }

    /// An object of the members that there are.
    static func members(_ members: [(String, DocumentNode?)]) -> DocumentNode {
        .object(members.compactMap { name, value in value.map { Member(name: name, value: $0) } })
    }

    /// The object with further members behind its own.
    func with(_ others: [(String, DocumentNode?)]) -> DocumentNode {
        guard case .object(let members) = self, case .object(let others) = Self.members(others) else { return self }
        return .object(members + others)
    }
}

extension DocumentNode: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    init(stringLiteral value: String) { self = .string(value) }
    init(integerLiteral value: Int) { self = .int(value) }
    init(booleanLiteral value: Bool) { self = .bool(value) }
    init(arrayLiteral elements: DocumentNode...) { self = .array(elements) }
    init(dictionaryLiteral elements: (String, DocumentNode)...) {
        self = .object(elements.map { Member(name: $0.0, value: $0.1) })
    }
}
