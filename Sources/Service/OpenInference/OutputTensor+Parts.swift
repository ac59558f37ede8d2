import Answers
import Inference
import Kernels
import Records
import VAE

extension OutputTensor {
    /// A part of what an operation answered.
    ///
    /// - Parameter verdict: of a score.
    init(_ output: ModelOutput, of answer: InferenceOutput, _ model: TrainedModel, _ verdict: Verdict?) {
        let content: Content
        switch (output.part, answer) {
        case (.score(let field), .scores(let scores)): content = Self.score(field, scores, verdict)
        case (.contributions, .scores(let scores)): content = Self.contributions(scores)
        default:
            let numbers = Self.matrix(output.part, answer)
            if let column = output.column, let schema = model.schema {
                content = Self.cells(numbers, column, schema.coded[column])
            } else {
                content = .floats(numbers)
            }
        }
        self.init(output.metadata, rows: answer.rowCount, content)
    }

    private static func matrix(_ part: ModelOutput.Part, _ answer: InferenceOutput) -> Matrix<Float> {
        switch (part, answer) {
        case (.mean, .codes(let mean, _, _)), (.mean, .records(let mean, _)), (.mean, .samples(_, let mean, _)): mean
        case (.mean, .repairs(let repairs)): repairs.expected
        case (.sigma, .codes(_, let sigma, _)): sigma
        case (.draw, .codes(_, _, let draw?)), (.draw, .records(_, let draw?)), (.draw, .samples(_, _, let draw)): draw
        case (.latent, .samples(let latent, _, _)): latent
        default: preconditionFailure("an output of another operation")
        }
    }

    /// A column of coded rows, as its author would write it.
    private static func cells(_ coded: Matrix<Float>, _ place: Int, _ column: Column) -> Content {
        let values = (0..<coded.rows).map { column.value(coded[$0, place]) }
        guard column.takesNumbers else { return .words(values.map { $0.text }) }
        return .doubles(values.map { if case .number(let number) = $0 { number } else { .nan } })
    }

    private static func score(_ field: ScoreField, _ scores: ScoreOutput, _ verdict: Verdict?) -> Content {
        let rows = (0..<scores.rows).map { scores[$0] }
        switch field {
        case .score: return .doubles(rows.map(\.score))
        case .reconstruction: return .doubles(rows.map(\.reconstruction))
        case .kl: return .doubles(rows.map(\.kl))
        case .standardError: return .doubles(rows.map(\.standardError))
        case .anomalyScore: return .doubles(rows.map(\.anomalyScore))
        case .pValue, .percentile, .anomaly:
            guard let verdict else { preconditionFailure("no calibration to compare with") }
            switch field {
            case .pValue: return .doubles(rows.map { verdict.pValue($0.anomalyScore) })
            case .percentile: return .doubles(rows.map { verdict.percentile($0.anomalyScore) })
            default: return .flags(rows.map { verdict.isAnomaly($0.anomalyScore) })
            }
        }
    }

    private static func contributions(_ scores: ScoreOutput) -> Content {
        guard let nats = scores.contributions else { preconditionFailure("nobody asked for contributions") }
        let rows = (0..<scores.rows).flatMap { row in nats.rows(row..<row + 1).values + [scores[row].kl] }
        return .doubles(rows)
    }
}

extension CellValue {
    /// As a word; a cell that is missing is empty.
    fileprivate var text: String {
        switch self {
        case .missing: ""
        case .number(let number): CellText.canonical(number)
        case .word(let word): word
        }
    }
}
