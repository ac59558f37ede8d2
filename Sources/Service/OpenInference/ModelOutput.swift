/// An output of a model: a part of what one of its operations answers.
struct ModelOutput: Equatable, Sendable {
    /// Which of the numbers that the operation answers.
    enum Part: Equatable, Sendable {
        /// The mean of what the operation tells: of q(z given x), or of p(x given z).
        case mean
        case sigma
        /// A draw in place of the mean.
        case draw
        case latent
        case score(ScoreField)
        /// What each column adds to the score, and the KL divergence behind them.
        case contributions
    }

    let metadata: TensorMetadata
    let operation: Route.Verb
    let part: Part
    /// Of a record of a table: the column.
    let column: Int?
    /// Whether it is answered to those who name no output.
    let isUsual: Bool

    var name: String { metadata.name }

    init(
        _ name: String, _ datatype: TensorDatatype, _ sides: [Int], _ operation: Route.Verb, _ part: Part,
        column: Int? = nil, isUsual: Bool = true
    ) {
        metadata = TensorMetadata(name: name, datatype: datatype, sides: sides)
        (self.operation, self.part, self.column, self.isUsual) = (operation, part, column, isUsual)
    }

    /// Numbers or words of one row.
    var side: Int { metadata.sides.first ?? 1 }
}

/// The numbers of a score, by their names as outputs.
enum ScoreField: String, CaseIterable, Sendable {
    case score
    /// `reconstruction` of the service's own answers, which is an output of its own here.
    case reconstruction = "reconstruction_term"
    case kl
    case standardError = "std_error"
    case anomalyScore = "anomaly_score"
    case pValue = "p_value"
    case percentile
    case anomaly

    var datatype: TensorDatatype { self == .anomaly ? .bool : .fp64 }

    /// Whether only a model with a calibration has it.
    var isCalibrated: Bool {
        switch self {
        case .score, .reconstruction, .kl, .standardError: false
        case .anomalyScore, .pValue, .percentile, .anomaly: true
        }
    }

    /// Whether only scores that can be compared with the calibration have it.
    var needsVerdict: Bool { isCalibrated && self != .anomalyScore }
}
