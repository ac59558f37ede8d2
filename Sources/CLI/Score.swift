import ArgumentParser
import Calibration
import Inference
import Kernels
import ModelStorage
import VAE

struct Score: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Scores rows: −ELBO in nats; larger is stranger.",
        discussion: """
            Writes a line for each row: score = reconstruction + kl, and the standard error of the score.
            The same row gets the same score, in any order and company. The mean over all rows goes to standard error.

            Examples:
              elbo score models/mine new.csv > scores.csv
              elbo score models/mnist t10k-images-idx3-ubyte.gz --format ndjson
              cat new.csv | elbo score models/mine - --samples 0
            """)

    @OptionGroup var bulk: BulkOptions

    @Option(help: "Samples of z; 0 takes z = μ. (default: the model's, 16)")
    var samples: Int?

    @Option(help: "Seed of the samples. (default: the model's)")
    var seed: UInt64?

    @Option(help: "What anomaly_score is.")
    var rank: String?

    func run() throws {
        let stored = try Models.load(bulk.model)
        let count = samples ?? stored.model.scoreSamples
        guard (0...Operation.mostSamples).contains(count) else {
            throw ValidationError("--samples must be from 0 to \(Operation.mostSamples), not \(count)")
        }
        var settings = ScoreSettings(samples: count, seed: seed ?? stored.model.scoreSeed)
        if let rank { settings.ranking = Ranking(rawValue: rank) ?? .combined }
        let operation = Operation.score(settings)
        let fields = ["score", "reconstruction", "kl", "std_error", "anomaly_score", "p_value"].map {
            RowWriter.Field(name: $0, count: 1)
        }
        var (rows, sum) = (0, 0.0)
        try bulk.run(operation, stored, fields: fields) { output, writer in
            guard case .scores(let scores) = output else { return }
            try writer.writeDoubles(rows: scores.rows) { row in
                let bound = scores[row]
                sum += bound.score
                return [
                    bound.score, bound.reconstruction, bound.kl, bound.standardError, bound.anomalyScore,
                    stored.model.ranking?.distribution(settings.ranking).pValue(bound.anomalyScore) ?? 1,
                ]
            }
            rows += scores.rows
        }
        if rows > 0 {
            Output.noteLine("\(Text.grouped(rows)) rows, mean score \(Text.fixed(sum / Double(rows), 3)) nats")
        }
    }
}
