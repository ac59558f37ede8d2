import Inference
import JSON
import Records
import VAE

/// What the rows of an answer look like, whoever asks: the command line and the service print through the same.
package struct AnswerStyle: Sendable {
    let model: TrainedModel
    let operation: Operation
    let verdict: Verdict?
    /// Whether records are objects by name, or arrays by position.
    let namesColumns: Bool
    /// Whether a sample's means are wanted beside its draws.
    let wantsMeans: Bool
    /// Whether a sample's codes are wanted before its draws.
    let wantsLatents: Bool
    let hasIDs: Bool
    /// Whether records with a fault have a row of their own.
    let reportsFaults: Bool

    /// - Parameter verdict: nil leaves out p-values, where scores are not those of the calibration.
    package init(
        model: TrainedModel, operation: Operation, verdict: Verdict? = nil, namesColumns: Bool = true,
        wantsMeans: Bool = false, wantsLatents: Bool = true, hasIDs: Bool = false, reportsFaults: Bool = false
    ) {
        (self.model, self.operation, self.verdict) = (model, operation, verdict)
        (self.namesColumns, self.wantsMeans, self.wantsLatents) = (namesColumns, wantsMeans, wantsLatents)
        (self.hasIDs, self.reportsFaults) = (hasIDs, reportsFaults)
    }

    // MARK: The columns of a table of answers

    /// The first line of CSV, with its end.
    package func csvHeader() -> [UInt8] {
        var cells = CSVCells()
        for name in csvNames { cells.add(text: name) }
        cells.endLine()
        return cells.take()
    }

    private var csvNames: [String] {
        (hasIDs ? ["id"] : []) + answerNames + (reportsFaults ? ["error"] : [])
    }

    /// The names of the answer's own cells.
    var answerNames: [String] {
        switch operation {
        case .encode(let seed):
            ["mu", "sigma"].flatMap { latentNames($0) } + (seed == nil ? [] : latentNames("z"))
        case .decode(let seed): recordNames("mean") + (seed == nil ? [] : recordNames("draw", alone: false))
        case .path: latentNames("latent") + recordNames("mean")
        case .reconstruct: recordNames("reconstruction")
        case .sample:
            (wantsLatents ? latentNames("latent") : []) + recordNames("sample")
                + (wantsMeans ? recordNames("mean", alone: false) : [])
        case .score(let settings): scoreNames(settings)
        }
    }

    private func scoreNames(_ settings: ScoreSettings) -> [String] {
        if settings.bound == .importanceWeighted { return ["score"] }
        var names = ["score", "reconstruction", "kl", "std_error"]
        if model.ranking != nil { names.append("anomaly_score") }
        if verdict != nil { names += ["p_value", "percentile", "anomaly"] }
        guard settings.explains, let schema = model.schema else { return names }
        names += schema.names.map { "contribution.\($0)" } + ["contribution.\(Self.latentName)"]
        names += schema.names.map { "expected.\($0)" }
        if model.ranking != nil { names += Ranking.parts.map { "part.\($0.rawValue)" } }
        return names
    }

    /// The entry of the KL divergence among the contributions of columns.
    static let latentName = "(latent)"

    private func latentNames(_ name: String) -> [String] {
        (0..<model.network.latentDimension).map { "\(name)_\($0)" }
    }

    /// - Parameter alone: whether no other cells bear the names of the columns.
    private func recordNames(_ name: String, alone: Bool = true) -> [String] {
        if let schema = model.schema { return alone ? schema.names : schema.names.map { "\(name).\($0)" } }
        return (0..<model.recordDimension).map { "\(name)_\($0)" }
    }
}
