import Answers
import ArgumentParser
import Calibration
import Inference
import ModelStorage
import VAE

struct Score: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Scores rows: −ELBO in nats, and how rare that is; larger is stranger.",
        discussion: """
            Writes a line for each row: score = reconstruction + kl, the standard error of the score, and where
            the model is calibrated anomaly_score, the ranking that --rank chooses, with its p_value, its percentile, and whether it is an anomaly.
            The same row gets the same answer, in any order and company. A summary goes to standard error.

            Examples:
              elbo score models/mine new.csv > scores.csv
              elbo score models/mine new.ndjson.gz --format ndjson --contributions
              cat new.csv | elbo score models/mine - --on-error skip --alpha 0.001
            """)

    @OptionGroup var bulk: BulkArguments

    @Flag(help: "What each column adds to the score, and what was expected there.")
    var contributions = false

    @Option(help: "Samples of z; 0 takes z = μ. (default: the model's)")
    var samples: Int?

    @Option(help: "Seed of the samples. (default: the model's)")
    var seed: UInt64?

    @Option(help: "elbo, or iw: the importance-weighted bound, tighter but without its parts.")
    var bound: ScoreSettings.Bound = .elbo

    @Option(
        help:
            "What anomaly_score is: for tables combined, elbo, cells, neighbours, posteriors, ratio or typicality; for images complexity, elbo or typicality. (default: combined; complexity, or elbo for Gaussian pixels)"
    )
    var rank: Ranking?

    @Option(
        help: "Rows with a p-value of at most this are anomalies. (default: 0.01, or the least that the model can tell)"
    )
    var alpha: Double?

    @Option(parsing: .unconditional, help: "Rows with an anomaly_score above this are anomalies.")
    var threshold: Double?

    func validate() throws {
        if alpha != nil, threshold != nil { throw ValidationError("--alpha and --threshold exclude each other") }
        if let alpha, !(alpha > 0 && alpha < 1) {
            throw ValidationError("--alpha must be above 0 and below 1, not \(alpha)")
        }
        if let threshold, !threshold.isFinite { throw ValidationError("--threshold must be a number") }
        if bound == .importanceWeighted, samples == 0 {
            throw ValidationError("--bound iw needs --samples of 1 or more")
        }
        if bound == .importanceWeighted, contributions || rank != nil {
            throw ValidationError("--bound iw has no parts: it goes without --contributions and --rank")
        }
    }

    func run() throws {
        let stored = try bulk.load()
        let settings = try settings(stored.model)
        try bulk.run(.score(settings), stored, verdict: try verdict(settings, stored.model))
    }

    private func settings(_ model: TrainedModel) throws -> ScoreSettings {
        let count = samples ?? model.scoreSamples
        guard (0...Operation.mostSamples).contains(count) else {
            throw ValidationError("--samples must be from 0 to \(Operation.mostSamples), not \(count)")
        }
        if contributions, model.schema == nil {
            throw Failure("--contributions: the model is not of a table; there are no columns to name")
        }
        if bound == .importanceWeighted, model.network.architecture.isDeterministic {
            throw Failure("--bound iw: the model is a plain autoencoder, which has no density")
        }
        if let rank { try check(rank, model) }
        return ScoreSettings(
            samples: count, seed: seed ?? model.scoreSeed, bound: bound, explains: contributions,
            ranking: rank ?? ScoreSettings(model).ranking)
    }

    private func check(_ rank: Ranking, _ model: TrainedModel) throws {
        guard let ranking = model.ranking else {
            throw Failure("--rank: the model has no calibration to rank by; it was trained without one")
        }
        guard ranking.knows(rank) else {
            let known = ranking.known.map(\.rawValue).joined(separator: ", ")
            throw Failure("--rank: this model's rows can be ranked by \(known), not by \(rank.rawValue)")
        }
    }

    /// None where scores are not those of the calibration.
    private func verdict(_ settings: ScoreSettings, _ model: TrainedModel) throws -> Verdict? {
        guard settings.isCalibrated(for: model), model.ranking != nil else {
            guard alpha == nil, threshold == nil else { throw Failure(whyUncalibrated(model)) }
            return nil
        }
        do {
            return try Verdict(model, ranking: settings.ranking, alpha: alpha, threshold: threshold)
        } catch {
            throw Failure("--alpha: \(error)")
        }
    }

    private func whyUncalibrated(_ model: TrainedModel) -> String {
        guard model.ranking != nil else {
            return "--alpha and --threshold: the model has no calibration; it was trained without one"
        }
        return "--alpha and --threshold: the model is calibrated for \(model.scoreSamples) samples with seed "
            + "\(model.scoreSeed); leave --samples, --seed and --bound out"
    }
}

extension ScoreSettings.Bound: ExpressibleByArgument {}
extension Ranking: ExpressibleByArgument {}
