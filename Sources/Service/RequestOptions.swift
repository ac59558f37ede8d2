/// What a request asks for beside its records: parameters behind `?`, and members of its JSON object. A parameter overrides
/// a member.
struct RequestOptions {
    private var query: QueryParameters
    /// nil where the body is no JSON object.
    var fields: RequestFields?

    init(_ query: QueryParameters, _ fields: RequestFields?) {
        (self.query, self.fields) = (query, fields)
    }

    // Both are asked for each name, so that both know it.

    mutating func int(_ name: String, in range: ClosedRange<Int>) throws(ServiceError) -> Int? {
        let field = try fields?.int(name, in: range)
        return try query.int(name, in: range) ?? field
    }

    mutating func uint64(_ name: String) throws(ServiceError) -> UInt64? {
        let field = try fields?.uint64(name)
        return try query.uint64(name) ?? field
    }

    mutating func double(_ name: String) throws(ServiceError) -> Double? {
        let field = try fields?.double(name)
        return try query.double(name) ?? field
    }

    mutating func bool(_ name: String) throws(ServiceError) -> Bool {
        let field = try fields?.bool(name)
        return try query.bool(name) ?? field ?? false
    }

    /// - Parameter check: of a member too that a parameter overrides: it may be a typing error.
    mutating func text(
        _ name: String, check: (String) throws(ServiceError) -> Void
    ) throws(ServiceError) -> String? {
        let field = try fields?.string(name)
        let parameter = query.text(name)
        for text in [field, parameter] { if let text { try check(text) } }
        return parameter ?? field
    }

    /// The names of levels: one for all rows or one for each. Numbers are taken by their shortest text.
    mutating func levels(_ name: String) throws(ServiceError) -> LevelNames? {
        let field = try fields?.levels(name)
        return query.text(name).map { .one($0) } ?? field
    }

    /// One of some words.
    mutating func choice<Word: RawRepresentable & CaseIterable>(
        _ name: String, of type: Word.Type
    ) throws(ServiceError) -> Word? where Word.RawValue == String {
        try choice(name, among: Array(Word.allCases))
    }

    mutating func choice<Word: RawRepresentable>(
        _ name: String, among words: [Word]
    ) throws(ServiceError) -> Word? where Word.RawValue == String {
        let text = try text(name) { text throws(ServiceError) in
            guard !words.contains(where: { $0.rawValue == text }) else { return }
            let known = words.map { "'\($0.rawValue)'" }.joined(separator: ", ")
            throw .badField(name, expected: "one of \(known)", got: "'\(text)'")
        }
        return text.flatMap { Word(rawValue: $0) }
    }

    func finish() throws(ServiceError) {
        try query.finish()
        try fields?.finish()
    }
}
