import JSON

// The columns in `model.json`, and as `elbo columns` prints them.

extension Schema {
    /// The members `columns` and `missing_tokens` of an object.
    package func writeMembers(to writer: inout JSONWriter) throws(JSONError) {
        writer.key("columns")
        try writer.array { writer throws(JSONError) in
            for column in columns { try column.write(to: &writer) }
        }
        writer.strings("missing_tokens", missingTokens.names)
    }

    /// - Parameters:
    ///   - element: an array of columns.
    ///   - missingTokens: nil takes the usual ones.
    package init(_ element: JSONElement, missingTokens: JSONElement?) throws(SchemaError) {
        do {
            let columns = try element.elements().map { try Column($0) }
            let tokens = try missingTokens?.elements().map { try $0.string() }
            self = try Schema(columns, missingTokens: tokens ?? CellText.defaultMissingTokens)
        } catch {
            throw SchemaError(error)
        }
    }
}

extension Column {
    func write(to writer: inout JSONWriter) throws(JSONError) {
        try writer.object { writer throws(JSONError) in
            writer.key("name")
            writer.string(name)
            writer.key("kind")
            writer.string(kind.word.rawValue)
            if isOptional { writer.flag("optional") }
            if isWhole { writer.flag("whole") }
            try writeNumbers(to: &writer)
            if let levels = kind.levels { writer.strings("levels", levels.names) }
            if case .constant(let value) = kind {
                writer.key("value")
                writer.string(value)
            }
        }
    }

    private func writeNumbers(to writer: inout JSONWriter) throws(JSONError) {
        guard let code = kind.numericCode else { return }
        if case .logarithmic(let unit) = code.transform {
            writer.key("unit")
            try writer.double(unit)
        }
        writer.key("offset")
        try writer.double(code.offset)
        writer.key("scale")
        try writer.double(code.scale)
        writer.key("median")
        try writer.double(code.median)
        writer.key("spread")
        try writer.double(code.spread)
        if !atoms.isEmpty {
            writer.key("atoms")
            try writer.doubles(atoms)
            if isDiscrete { writer.flag("discrete") }
        }
    }

    fileprivate convenience init(_ element: JSONElement) throws {
        try element.allow(Self.keys)
        let word = try element.member("kind").choice(of: ColumnWord.self)
        try self.init(
            name: element.member("name").string(), kind: Self.kind(word, element),
            isOptional: element.optionalMember("optional")?.bool() ?? false,
            isWhole: element.optionalMember("whole")?.bool() ?? false,
            atoms: element.optionalMember("atoms")?.elements().map { try $0.double() } ?? [],
            isDiscrete: element.optionalMember("discrete")?.bool() ?? false)
    }

    fileprivate static let keys = [
        "name", "kind", "optional", "whole", "unit", "offset", "scale", "median", "spread", "atoms", "discrete",
        "levels", "value",
    ]

    private static func kind(_ word: ColumnWord, _ element: JSONElement) throws -> ColumnKind {
        switch word {
        case .real: try .real(NumericCode(element, transform: .linear))
        case .positive: try .positive(NumericCode(element, transform: .logarithmic(unit: element.positive("unit"))))
        case .count: try .count(NumericCode(element, transform: .logarithmic(unit: element.positive("unit"))))
        case .binary: try .binary(levels(element, counts: 2...2))
        case .categorical: try .categorical(levels(element, counts: 1...100_000))
        case .ordinal: try .ordinal(levels(element, counts: 1...100_000))
        case .constant: try .constant(element.member("value").string())
        case .ignored: .ignored
        }
    }

    private static func levels(_ element: JSONElement, counts: ClosedRange<Int>) throws -> Levels {
        let names = try element.member("levels").elements().map { try $0.string() }
        guard counts.contains(names.count) else {
            throw SchemaError.badValue(
                path: element.path + ".levels", expected: "\(counts.lowerBound) to \(counts.upperBound) names",
                got: "\(names.count)")
        }
        return try Levels(names)
    }
}

extension NumericCode {
    fileprivate init(_ element: JSONElement, transform: Transform) throws {
        try self.init(
            transform: transform, offset: element.member("offset").double(), scale: element.positive("scale"),
            median: element.optionalMember("median")?.double() ?? 0,
            spread: element.optionalMember("spread") == nil ? 1 : element.positive("spread"))
    }
}

// MARK: columns.json

extension ColumnPlan {
    /// Reads `columns.json`: `{"columns": [{"name": …, "kind": …}, …]}`, as `elbo columns` prints it.
    ///
    /// What only training can know, such as offsets, is read over: the data decide.
    package static func read(_ bytes: [UInt8]) throws(SchemaError) -> [ColumnPlan] {
        do {
            let root = try JSONDocument(bytes).root
            try root.allow(["columns", "missing_tokens"])
            return try root.member("columns").elements().map { try ColumnPlan($0) }
        } catch {
            throw SchemaError(error)
        }
    }

    private init(_ element: JSONElement) throws {
        try element.allow(Column.keys)
        try self.init(
            name: element.member("name").string(),
            kind: element.optionalMember("kind")?.choice(of: ColumnWord.self),
            levels: element.optionalMember("levels")?.elements().map { try $0.string() },
            isOptional: element.optionalMember("optional")?.bool())
    }
}

// MARK: Helpers

extension JSONElement {
    /// - Throws: `SchemaError.unknownKey` for a key that is none of these: most are typing errors.
    fileprivate func allow(_ known: [String]) throws {
        for (key, _) in try members() where !known.contains(key) {
            throw SchemaError.unknownKey(path: path, key: key, known: known)
        }
    }

    fileprivate func positive(_ key: String) throws -> Double {
        let element = try member(key)
        let value = try element.double()
        guard value > 0, value.isNormal else {
            throw SchemaError.badValue(path: element.path, expected: "a normal number above 0", got: "\(value)")
        }
        return value
    }

    fileprivate func choice<Word: RawRepresentable & CaseIterable>(
        of type: Word.Type
    ) throws -> Word where Word.RawValue == String {
        let text = try string()
        guard let word = Word(rawValue: text) else {
            let known = Word.allCases.map(\.rawValue).joined(separator: ", ")
            throw SchemaError.badValue(path: path, expected: "one of \(known)", got: text)
        }
        return word
    }
}

extension JSONWriter {
    fileprivate mutating func flag(_ key: String) {
        self.key(key)
        bool(true)
    }

    fileprivate mutating func strings(_ key: String, _ values: [String]) {
        self.key(key)
        array { writer in
            for value in values { writer.string(value) }
        }
    }
}
