import Inference
import Kernels
import VAE

/// Takes, after training, what later scores of plain vectors are measured by.
struct VectorReferenceScoring {
    private let model: TrainedModel

    /// - Parameter model: without a reference.
    init(_ model: TrainedModel) {
        self.model = model
    }

    /// - Parameters:
    ///   - stopping: rows that decided when to stop.
    ///   - calibration: rows that nothing has seen; both as training shows rows.
    func reference(
        stopping: Matrix<Float>, calibration: Matrix<Float>
    ) throws(InferenceError) -> VectorReference {
        let median = ReferenceScoring.median(try scores(stopping))
        let measure = VectorMeasure(
            model.network.architecture.likelihood, shape: model.inputShape, seed: model.scoreSeed, medianScore: median)
        let parts = Matrix<Double>(rows: calibration.rows, columns: Ranking.vectorParts.count)
        for (row, score) in try scores(calibration).enumerated() {
            let vector = calibration.rows(row..<row + 1)
            parts.rows(row..<row + 1).assign(measure.parts(vector, rowScore: score, score: score))
        }
        return VectorReference(medianScore: median, calibrationParts: parts)
    }

    /// −ELBO of each row.
    private func scores(_ rows: Matrix<Float>) throws(InferenceError) -> [Double] {
        let operation = Operation.score(ScoreSettings(model))
        let output = InferenceOutput(operation, rows: rows.rows, model: model)
        try OperationRunner(model).run(operation, rows, positions: Array(0..<rows.rows), into: output)
        guard case .scores(let scores) = output else { preconditionFailure("a score gives scores") }
        return (0..<scores.rows).map { scores[$0].score }
    }
}
