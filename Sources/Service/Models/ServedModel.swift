import Calibration
import Inference
import ModelStorage
import Records
import VAE

/// A stored model with its engine.
final class ServedModel: Sendable {
    let stored: StoredModel
    let engine: ModelEngine
    /// Compares live scores with those of the calibration; nil for a model without.
    let drift: DriftMonitor?
    let tensors: ModelTensors
    let stages = StageHistograms()
    /// When it was loaded, since 1970.
    let loadedMilliseconds = WallClock.milliseconds()

    init(_ stored: StoredModel, _ engine: ModelEngine) {
        (self.stored, self.engine) = (stored, engine)
        tensors = ModelTensors(stored.model)
        let settings = ScoreSettings(stored.model)
        drift = stored.model.ranking.map { DriftMonitor($0.distribution(settings.ranking)) }
    }

    convenience init(
        _ stored: StoredModel, executors: [ComputeExecutor], _ limits: ModelEngine.Limits = ModelEngine.Limits()
    ) {
        self.init(stored, ModelEngine(stored.model, executors: executors, limits: limits))
    }

    var name: String { stored.name }
    var version: String { stored.description.version }
    var id: ModelID { ModelID(name: name, version: version) }
    var model: TrainedModel { stored.model }
    /// Enough of the SHA-256 of the weights' file to tell models apart; empty for a model from memory.
    var digest: String { String(stored.weightsDigest?.prefix(12) ?? "") }

    /// The name of a place in the record, or its number where it has none.
    func columnName(_ place: Int) -> String {
        guard let schema = model.schema, schema.coded.indices.contains(place) else { return "\(place)" }
        return schema.coded[place].name
    }

    /// Counts live scores that can be compared with the calibration: others would look like a drift.
    func observe(_ output: InferenceOutput, of operation: Operation) {
        guard let drift, case .score(let settings) = operation, case .scores(let scores) = output,
            settings.isCalibrated(for: model), settings.ranking == ScoreSettings(model).ranking
        else { return }
        drift.observe((0..<scores.rows).map { scores[$0].anomalyScore })
    }
}
