import Inference
import Kernels
import VAE

/// Takes, after training, what later scores are measured by.
struct ReferenceScoring {
    /// Fitted records kept as neighbours: more bring nothing, fewer lose detail.
    private static let neighbourCount = 2_048
    /// Rows that p-values come from: a p-value is then no smaller than 1 in 5,001.
    private static let mostCalibrationRows = 5_000

    private let model: TrainedModel
    private let table: TableCoding

    /// - Parameter model: without a reference.
    /// - Returns: nil when no rows were kept for calibration.
    static func reference(_ model: TrainedModel, _ trainer: Trainer) throws(InferenceError) -> ScoreReference? {
        let calibration = prefix(trainer.calibrationRows)
        let stopping = prefix(trainer.validationSample(count: .max))
        guard calibration.rows > 0, stopping.rows > 0 else { return nil }
        guard let table = model.table else {
            return .vectors(try VectorReferenceScoring(model).reference(stopping: stopping, calibration: calibration))
        }
        let scoring = ReferenceScoring(model: model, table: table)
        return .table(try scoring.reference(stopping, calibration, trainer))
    }

    private func reference(
        _ stopping: Matrix<Float>, _ calibration: Matrix<Float>, _ trainer: Trainer
    ) throws(InferenceError) -> TableReference {
        let scores = try explain(stopping)
        let usual = UsualRows(
            neighbours: trainer.fittedRows(count: Self.neighbourCount), cells: Self.cells(scores),
            medianScore: Self.median((0..<scores.rows).map { scores[$0].score }))
        let measure = RankingMeasure(usual, table: table, evaluator: Evaluator(model.network))
        return TableReference(
            usual: usual, scaleParts: parts(stopping, scores, measure),
            calibrationParts: parts(calibration, try explain(calibration), measure))
    }

    private static func prefix(_ rows: Matrix<Float>) -> Matrix<Float> {
        rows.prefix(min(rows.rows, mostCalibrationRows))
    }

    private func explain(_ rows: Matrix<Float>) throws(InferenceError) -> ScoreOutput {
        var settings = ScoreSettings(model)
        settings.explains = true
        let operation = Operation.score(settings)
        let output = InferenceOutput(operation, rows: rows.rows, model: model)
        try OperationRunner(model).run(operation, rows, positions: Array(0..<rows.rows), into: output)
        guard case .scores(let scores) = output else { preconditionFailure("a score gives scores") }
        return scores
    }

    private func parts(_ rows: Matrix<Float>, _ scores: ScoreOutput, _ measure: RankingMeasure) -> Matrix<Double> {
        guard let contributions = scores.contributions else { preconditionFailure("explained scores have them") }
        let x = model.observe(rows)
        let coded = model.network.architecture.split(rows).values
        let means = Matrix<Float>(rows: rows.rows, columns: model.network.latentDimension)
        let sigmas = Matrix<Float>(rows: rows.rows, columns: model.network.latentDimension)
        Evaluator(model.network).encode(x.features, condition: x.condition, mean: means, sigma: sigmas)
        let all = Set(Ranking.parts)
        let distances = measure.distances(features: x.features, means: means, for: all)
        let parts = Matrix<Double>(rows: rows.rows, columns: Ranking.parts.count)
        for row in 0..<rows.rows {
            parts.rows(row..<row + 1).assign(
                measure.parts(
                    row, coded, contributions: contributions, kl: scores[row].kl, distances, needed: all))
        }
        return parts
    }

    /// Mean and standard deviation of each column's nats, and of the KL divergence behind them.
    private static func cells(_ scores: ScoreOutput) -> Matrix<Double> {
        guard let contributions = scores.contributions else { preconditionFailure("explained scores have them") }
        let cells = Matrix<Double>(rows: 2, columns: contributions.columns + 1)
        for column in 0..<cells.columns {
            let values = (0..<scores.rows).map { row in
                column < contributions.columns ? contributions[row, column] : scores[row].kl
            }
            let mean = values.reduce(0) { $0 + $1 / Double(values.count) }
            let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) / Double(values.count) }
            (cells[0, column], cells[1, column]) = (mean, squares.squareRoot())
        }
        return cells
    }

    static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
}
