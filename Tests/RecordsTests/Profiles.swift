import Records
import TestSupport

extension ColumnProfile {
    init(_ numbers: [Double], missing: Int = 0) {
        self.init(name: "x")
        for number in numbers { add(number) }
        for _ in 0..<missing { addMissing() }
    }

    init(words: [String]) {
        self.init(name: "x")
        for word in words { add(word: word) }
    }

    func column(_ word: ColumnWord? = nil, levels: [String]? = nil, isOptional: Bool? = nil) throws(RowError) -> Column
    {
        let plan = ColumnPlan(name: name, kind: word, levels: levels, isOptional: isOptional)
        return try ColumnInference(self, plan: plan).column()
    }
}

// Macros do not take spans.

extension Column {
    func code(text: String) throws(RecordError) -> Float { try code(word: Array(text.utf8).span) }
}

extension Schema {
    func isMissing(text: String) -> Bool { isMissing(Array(text.utf8).span) }
}

/// Numbers of a fixed seed.
enum Draws {
    /// Sums of twelve uniform numbers: normal enough, and without a library.
    static func normals(_ count: Int, mean: Double = 0, deviation: Double = 1, seed: UInt64 = 1) -> [Double] {
        var generator = SeededGenerator(state: seed)
        return (0..<count).map { _ in
            let sum = (0..<12).reduce(0.0) { sum, _ in sum + Double.random(in: 0..<1, using: &generator) }
            return mean + deviation * (sum - 6)
        }
    }
}
