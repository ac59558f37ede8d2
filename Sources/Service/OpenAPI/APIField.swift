/// A member of a request's JSON, a parameter behind `?`, or both under one name.
struct APIField: Sendable {
    enum Places: Sendable {
        case body, query, both
    }

    let name: String
    let places: Places
    let schema: DocumentNode
    /// What may stand there, in a few words.
    let values: String
    let text: String
    /// Of the parameter, where it takes less than the member.
    private let inQuery: DocumentNode?

    init(
        _ name: String, _ places: Places, _ schema: DocumentNode, inQuery: DocumentNode? = nil, _ values: String,
        _ text: String
    ) {
        (self.name, self.places, self.schema, self.values, self.text) = (name, places, schema, values, text)
        self.inQuery = inQuery
    }

    var isInBody: Bool { places != .query }
    var isInQuery: Bool { places != .body }

    /// Of the parameter: a flag may stand alone, and is a word.
    var querySchema: DocumentNode {
        if let inQuery { return inQuery }
        guard case .object(let members) = schema, members.first?.value == "boolean" else { return schema }
        return ["type": "string", "enum": ["true", "false", "1", "0", ""]]
    }

    // MARK: Kinds

    static func whole(
        _ name: String, _ places: Places, _ range: ClosedRange<Int>, default usual: Int?, _ text: String
    ) -> APIField {
        let schema: DocumentNode = .members([
            ("type", "integer"), ("minimum", .int(range.lowerBound)), ("maximum", .int(range.upperBound)),
            ("default", usual.map { .int($0) }),
        ])
        return APIField(name, places, schema, "\(range.lowerBound) to \(range.upperBound)", text)
    }

    static func seed(_ name: String, _ places: Places, default usual: UInt64?, _ text: String) -> APIField {
        let schema: DocumentNode = .members([
            ("type", "integer"), ("minimum", 0), ("maximum", .uint64(.max)), ("default", usual.map { .uint64($0) }),
        ])
        return APIField(name, places, schema, "a whole number from 0", text)
    }

    static func flag(_ name: String, _ places: Places, _ text: String) -> APIField {
        APIField(name, places, ["type": "boolean", "default": false], "true or false", text)
    }

    static func choice(
        _ name: String, _ words: [String], default usual: String? = nil, _ text: String
    ) -> APIField {
        let schema: DocumentNode = .members([
            ("type", "string"), ("enum", .strings(words)), ("default", usual.map { .string($0) }),
        ])
        return APIField(name, .both, schema, words.joined(separator: ", "), text)
    }
}
