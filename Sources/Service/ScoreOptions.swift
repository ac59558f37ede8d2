import Answers
import Calibration
import Inference
import VAE

/// What a request to score asks for.
struct ScoreOptions {
    let settings: ScoreSettings
    private let model: ServedModel
    private let alpha: Double?
    private let threshold: Double?

    init(_ model: ServedModel, _ options: inout RequestOptions) throws(ServiceError) {
        self.model = model
        var settings = ScoreSettings(model.model)
        settings.samples = try options.int("samples", in: 0...Operation.mostSamples) ?? settings.samples
        settings.seed = try options.uint64("seed") ?? settings.seed
        settings.bound = try options.choice("bound", of: ScoreSettings.Bound.self) ?? settings.bound
        settings.explains = try options.bool("contributions")
        (alpha, threshold) = (try options.double("alpha"), try options.double("threshold"))
        let ranking = try options.choice("rank", of: Ranking.self)
        settings.ranking = ranking ?? settings.ranking
        self.settings = settings
        try check(hasRanking: ranking != nil)
    }

    /// Noise of one score that may be held.
    private static let mostNoise = 1 << 23

    private func check(hasRanking: Bool) throws(ServiceError) {
        let noise = settings.samples * model.model.network.latentDimension
        guard noise <= Self.mostNoise else {
            throw .tooLarge(what: "samples × latent dimension", limit: Self.mostNoise, got: noise)
        }
        if settings.bound == .importanceWeighted { try checkImportance() }
        if settings.explains, model.model.schema == nil {
            throw .badField("contributions", expected: "false for a model without columns", got: "true")
        }
        if hasRanking { try checkRanking("rank", got: settings.ranking.rawValue) }
        if let alpha { try checkCalibrated("alpha", got: alpha) }
        if let threshold { try checkCalibrated("threshold", got: threshold) }
        if alpha != nil, threshold != nil {
            throw .badField("threshold", expected: "absent where 'alpha' is given", got: "both")
        }
    }

    /// This bound is no sum over columns, and a mean over no samples is none.
    private func checkImportance() throws(ServiceError) {
        if model.model.network.architecture.isDeterministic {
            throw .badField("bound", expected: "'elbo' for a plain autoencoder, which has no density", got: "'iw'")
        }
        if settings.samples == 0 {
            throw .badField("samples", expected: "at least 1 with bound 'iw'", got: "0")
        }
        if settings.explains {
            throw .badField("contributions", expected: "false with bound 'iw'", got: "true")
        }
    }

    private func checkRanking(_ name: String, got: String) throws(ServiceError) {
        guard let ranking = model.model.ranking else {
            throw .badField(name, expected: "absent: the model has no calibration", got: got)
        }
        guard ranking.knows(settings.ranking) else {
            let known = ranking.known.map { "'\($0.rawValue)'" }.joined(separator: ", ")
            throw .badField("rank", expected: "one of \(known) for this model", got: "'\(settings.ranking.rawValue)'")
        }
        guard settings.bound == .elbo else {
            throw .badField(name, expected: "absent with bound 'iw'", got: got)
        }
    }

    private func checkCalibrated(_ name: String, got: Double) throws(ServiceError) {
        try checkRanking(name, got: "\(got)")
        guard settings.isCalibrated(for: model.model) else {
            throw .badField(
                name, expected: "absent where 'samples' or 'seed' differ from the calibration's", got: "\(got)")
        }
    }

    /// nil where scores cannot be compared with the calibration.
    func verdict() throws(ServiceError) -> Verdict? {
        guard settings.isCalibrated(for: model.model) else { return nil }
        do {
            return try Verdict(model.model, ranking: settings.ranking, alpha: alpha, threshold: threshold)
        } catch {
            throw ServiceError(error)
        }
    }
}
