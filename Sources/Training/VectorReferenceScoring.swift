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
    ///   - calibration: rows that nothing has seen, as they are in the data: ranked as rows to come, so that p-values are conformal.
    func reference(
        stopping: Matrix<Float>, calibration: Matrix<Float>
    ) throws(InferenceError) -> VectorReference {
        let median = ReferenceScoring.median(try scores(stopping))
        let measure = VectorMeasure(
            model.network.architecture.likelihood, shape: model.inputShape, seed: model.scoreSeed, medianScore: median)
        let drawings = drawings(calibration, measure)
        let (own, drawn) = (try scores(calibration), try scores(drawings))
        let parts = Matrix<Double>(rows: calibration.rows, columns: Ranking.vectorParts.count)
        for row in 0..<calibration.rows {
            let vector = record(drawings, row)
            parts.rows(row..<row + 1).assign(measure.parts(vector, rowScore: drawn[row], score: own[row]))
        }
        return VectorReference(medianScore: median, calibrationParts: parts)
    }

    /// A row without its level.
    private func record(_ rows: Matrix<Float>, _ row: Int) -> Matrix<Float> {
        rows.slice(from: row * rows.columns, rows: 1, columns: model.recordDimension)
    }

    private func drawings(_ rows: Matrix<Float>, _ measure: VectorMeasure) -> Matrix<Float> {
        let drawings = Matrix<Float>(rows: rows.rows, columns: rows.columns)
        drawings.assign(rows)
        for row in 0..<rows.rows where measure.isDrawn(record(rows, row)) {
            measure.draw(record(rows, row), into: record(drawings, row))
        }
        return drawings
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
