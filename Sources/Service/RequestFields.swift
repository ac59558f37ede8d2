import JSON
import Records

/// Names of levels in a request.
enum LevelNames: Equatable {
    case one(String)
    case each([String])

    static func text(_ number: Double) -> String { CellText.canonical(number) }

    /// Of a string, or of a number by its shortest text.
    static func text(_ level: JSONElement) throws(JSONError) -> String {
        level.kind == .number ? text(try level.double()) : try level.string()
    }
}

/// The members of a request's object, each taken by name once; what is left over is unknown.
struct RequestFields {
    private let root: JSONElement
    private var known: [String] = []

    init(_ root: JSONElement) throws(ServiceError) {
        guard root.kind == .object else {
            throw .badField(
                root.path.isEmpty ? "the request" : root.path, expected: "an object", got: root.kind.rawValue)
        }
        self.root = root
    }

    mutating func element(_ name: String) throws(ServiceError) -> JSONElement? {
        known.append(name)
        return try Self.translating { () throws(JSONError) in try root.optionalMember(name) }
    }

    /// A member that is neither absent nor null.
    mutating func present(_ name: String) throws(ServiceError) -> JSONElement? {
        guard let element = try element(name), !element.isNull else { return nil }
        return element
    }

    mutating func bool(_ name: String) throws(ServiceError) -> Bool? {
        guard let element = try element(name) else { return nil }
        return try Self.translating { () throws(JSONError) in try element.bool() }
    }

    mutating func uint64(_ name: String) throws(ServiceError) -> UInt64? {
        guard let element = try element(name) else { return nil }
        return try Self.translating { () throws(JSONError) in try element.uint64() }
    }

    mutating func int(_ name: String, in range: ClosedRange<Int>) throws(ServiceError) -> Int? {
        guard let element = try element(name) else { return nil }
        let value = try Self.translating { () throws(JSONError) in try element.int() }
        guard range.contains(value) else {
            throw .badField(name, expected: "\(range.lowerBound) to \(range.upperBound)", got: "\(value)")
        }
        return value
    }

    mutating func float(_ name: String, in range: ClosedRange<Float>) throws(ServiceError) -> Float? {
        guard let element = try element(name) else { return nil }
        let value = try Self.translating { () throws(JSONError) in try element.float() }
        guard range.contains(value) else {
            throw .badField(name, expected: "\(range.lowerBound) to \(range.upperBound)", got: "\(value)")
        }
        return value
    }

    mutating func double(_ name: String) throws(ServiceError) -> Double? {
        guard let element = try element(name) else { return nil }
        return try Self.translating { () throws(JSONError) in try element.double() }
    }

    mutating func string(_ name: String) throws(ServiceError) -> String? {
        guard let element = try element(name) else { return nil }
        return try Self.translating { () throws(JSONError) in try element.string() }
    }

    mutating func levels(_ name: String) throws(ServiceError) -> LevelNames? {
        guard let element = try element(name) else { return nil }
        return try Self.translating { () throws(JSONError) in
            guard element.kind == .array else { return .one(try LevelNames.text(element)) }
            var levels: [String] = []
            for level in try element.elements() { levels.append(try LevelNames.text(level)) }
            return .each(levels)
        }
    }

    func members() throws(ServiceError) -> JSONMembers {
        try Self.translating { () throws(JSONError) in try root.members() }
    }

    /// The elements of a member that is an array; none where it is absent or null.
    mutating func elements(_ name: String) throws(ServiceError) -> [JSONElement] {
        guard let element = try present(name) else { return [] }
        return Array(try Self.translating { () throws(JSONError) in try element.elements() })
    }

    /// - Throws: `ServiceError.unknownField` for a member that nobody asked for: most are typing errors.
    func finish() throws(ServiceError) {
        let members = try Self.translating { () throws(JSONError) in try root.members() }
        for (key, _) in members where !known.contains(key) { throw .unknownField(key, known: known) }
    }

    private static func translating<Value>(
        _ body: () throws(JSONError) -> Value
    ) throws(ServiceError) -> Value {
        do {
            return try body()
        } catch {
            throw ServiceError(error, columnName: String.init)
        }
    }
}
