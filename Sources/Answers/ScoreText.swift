import Inference
import JSON
import Kernels
import Records
import VAE

/// Prints the scores of a batch.
struct ScoreText {
    private let rows: AnswerRows
    private let scores: ScoreOutput
    private let settings: ScoreSettings?
    private var style: AnswerStyle { rows.style }

    init(_ rows: AnswerRows, _ scores: ScoreOutput) {
        (self.rows, self.scores) = (rows, scores)
        if case .score(let settings) = rows.style.operation { self.settings = settings } else { settings = nil }
    }

    private var isSplit: Bool { settings?.bound != .importanceWeighted }

    // MARK: JSON

    /// `score` is the sum of `reconstruction` and `kl`, and of all contributions, to the last bit.
    func write(_ row: Int, to writer: inout JSONWriter) throws(JSONError) {
        let score = scores[row]
        try writer.number("score", score.score)
        guard isSplit else { return }
        try writer.number("reconstruction", score.reconstruction)
        try writer.number("kl", score.kl)
        try writer.number("std_error", score.standardError)
        if style.model.ranking != nil { try writer.number("anomaly_score", score.anomalyScore) }
        if let verdict = style.verdict {
            try writer.number("p_value", verdict.pValue(score.anomalyScore))
            try writer.number("percentile", verdict.percentile(score.anomalyScore))
            writer.key("anomaly")
            writer.bool(verdict.isAnomaly(score.anomalyScore))
        }
        try writeContributions(row, to: &writer)
        try writeParts(row, to: &writer)
    }

    private func writeContributions(_ row: Int, to writer: inout JSONWriter) throws(JSONError) {
        guard let nats = scores.contributions, let expected = scores.expected, let schema = style.model.schema
        else { return }
        writer.key("contributions")
        try writer.array { writer throws(JSONError) in
            for (place, column) in schema.coded.enumerated() {
                try writer.object { writer throws(JSONError) in
                    writer.key("column")
                    writer.string(column.name)
                    try writer.number("nats", nats[row, place])
                    writer.key("observed")
                    try rows.observed(row, place).write(to: &writer)
                    writer.key("expected")
                    try column.value(expected[row, place]).write(to: &writer)
                    if let note = Self.note(column, rows.code(row, place)) {
                        writer.key("note")
                        writer.string(note)
                    }
                }
            }
            try writer.object { writer throws(JSONError) in
                writer.key("column")
                writer.string(AnswerStyle.latentName)
                try writer.number("nats", scores[row].kl)
            }
        }
    }

    /// What a number of nats does not say.
    private static func note(_ column: Column, _ code: Float) -> String? {
        if code.isNaN { return "missing" }
        if case .constant = column.kind { return code == 0 ? nil : "was constant in training" }
        if column.isDiscrete { return column.atomCodes.contains(code) ? nil : "not seen in training" }
        let hasUnknown = column.kind.levels != nil || column.kind.word == .count
        return hasUnknown && code == Column.unknownCode ? "not seen in training" : nil
    }

    private func writeParts(_ row: Int, to writer: inout JSONWriter) throws(JSONError) {
        guard let parts = scores.parts else { return }
        writer.key("parts")
        try writer.object { writer throws(JSONError) in
            for (place, part) in Ranking.parts.enumerated() { try writer.number(part.rawValue, parts[row, place]) }
        }
    }

    // MARK: CSV

    func add(_ row: Int, to cells: inout CSVCells) throws(JSONError) {
        let score = scores[row]
        try cells.add(score.score)
        guard isSplit else { return }
        try cells.add(score.reconstruction)
        try cells.add(score.kl)
        try cells.add(score.standardError)
        if style.model.ranking != nil { try cells.add(score.anomalyScore) }
        if let verdict = style.verdict {
            try cells.add(verdict.pValue(score.anomalyScore))
            try cells.add(verdict.percentile(score.anomalyScore))
            cells.add(verdict.isAnomaly(score.anomalyScore))
        }
        guard let nats = scores.contributions, let expected = scores.expected, let schema = style.model.schema
        else { return }
        for column in 0..<nats.columns { try cells.add(nats[row, column]) }
        try cells.add(score.kl)
        for (place, column) in schema.coded.enumerated() { try cells.add(column.value(expected[row, place])) }
        if let parts = scores.parts { for place in 0..<parts.columns { try cells.add(parts[row, place]) } }
    }
}

extension JSONWriter {
    mutating func number(_ key: String, _ value: Double) throws(JSONError) {
        self.key(key)
        try double(value)
    }
}
