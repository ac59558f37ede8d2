/// The parameters behind `?`, each taken by name; what is left over is unknown.
struct QueryParameters: Sendable {
    private let values: [String: String]
    private(set) var known: [String] = []

    /// - Throws: `ServiceError.badField` for one that is given twice: which was meant?
    init(_ query: [(name: String, value: String)]) throws(ServiceError) {
        var values: [String: String] = [:]
        for (name, value) in query where values.updateValue(value, forKey: name) != nil {
            throw .badField(name, expected: "given once", got: "several")
        }
        self.values = values
    }

    mutating func text(_ name: String) -> String? {
        known.append(name)
        return values[name]
    }

    mutating func int(_ name: String, in range: ClosedRange<Int>) throws(ServiceError) -> Int? {
        guard let text = text(name) else { return nil }
        guard let value = Int(text), range.contains(value) else {
            throw .badField(name, expected: "\(range.lowerBound) to \(range.upperBound)", got: text)
        }
        return value
    }

    mutating func uint64(_ name: String) throws(ServiceError) -> UInt64? {
        guard let text = text(name) else { return nil }
        guard let value = UInt64(text) else {
            throw .badField(name, expected: "a whole number from 0 to \(UInt64.max)", got: text)
        }
        return value
    }

    mutating func double(_ name: String) throws(ServiceError) -> Double? {
        guard let text = text(name) else { return nil }
        guard let value = Double(text), value.isFinite else {
            throw .badField(name, expected: "a number", got: text)
        }
        return value
    }

    /// A flag may stand alone: `?contributions`.
    mutating func bool(_ name: String) throws(ServiceError) -> Bool? {
        guard let text = text(name) else { return nil }
        switch text {
        case "true", "1", "": return true
        case "false", "0": return false
        default: throw .badField(name, expected: "true or false", got: text)
        }
    }

    /// - Throws: `ServiceError.unknownParameter` for one that nobody asked for: most are typing errors.
    func finish() throws(ServiceError) {
        if let name = values.keys.filter({ !known.contains($0) }).min() { throw .unknownParameter(name, known: known) }
    }
}
