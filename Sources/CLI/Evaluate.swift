import ArgumentParser
import Bulk
import Inference
import Kernels
import ModelStorage
import VAE

struct Evaluate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures how well a model explains records: −log p(x) by importance sampling, −ELBO and its parts.",
        discussion: """
            All figures are means over the rows, in nats; smaller is better. −log p(x) is bounded from above: more samples
            bring the bound down to it. A model without noise in its codes has no likelihood and cannot be evaluated.

            Example: elbo evaluate models/mnist test.idx --samples 5000
            """)

    @Argument(help: "A model directory.")
    var model: String

    @Argument(
        help:
            "A CSV table with a header, NDJSON, IDX images or a PNG, .gz too; - for a table or NDJSON from standard input."
    )
    var data: String

    @Option(help: "Draws of z for each row.")
    var samples = 5_000

    @Option(help: "Draws of the tighter of the two bounds, IW. (default: 50, or all where --samples is less)")
    var fewSamples: Int?

    @Option(help: "Seed of the draws.")
    var seed: UInt64 = 1

    @Flag(help: "Also a line for each latent: how much it varies, and its KL divergence.")
    var latents = false

    @OptionGroup var condition: ConditionArguments

    func validate() throws {
        guard (1...1_000_000).contains(samples) else {
            throw ValidationError("--samples must be from 1 to 1000000, not \(samples)")
        }
        if let fewSamples, !(1...samples).contains(fewSamples) {
            throw ValidationError("--few-samples must be from 1 to --samples, not \(fewSamples)")
        }
    }

    func run() throws {
        let stored = try Models.load(model)
        guard !stored.model.network.architecture.isDeterministic else {
            throw Failure("\(model) is a plain autoencoder: it has no likelihood to evaluate")
        }
        let rows: Matrix<Float>
        do { rows = try InputRows.read(stored.model, path: data, levels: condition.choice) } catch {
            throw Failure("\(data): \(error)")
        }
        guard rows.rows > 0 else { throw Failure("\(data) has no rows") }
        if stored.model.network.architecture.likelihood == .bernoulli, !rows.isBinary {
            Output.noteLine(
                "\(data) has grey pixels: of these the figures are cross-entropies, not likelihoods; binarise them first"
            )
        }
        var evaluating = Evaluating()
        (evaluating.samples, evaluating.seed) = (samples, seed)
        evaluating.fewSamples = fewSamples ?? min(50, samples)
        let bar = ProgressBar(rows.rows)
        do {
            let evaluation = try evaluating.run(stored.model, rows, workers: Cores.count) { bar.show($0) }
            bar.clear()
            try print(evaluation)
        } catch let error as InferenceError {
            throw Failure("\(data): \(error)")
        }
    }

    private func print(_ evaluation: Evaluation) throws {
        let few = evaluation.importanceWeighted
        let size = evaluation.effectiveSampleSize
        try Output.writeLine(
            "\(Text.grouped(evaluation.rows)) rows, \(Text.grouped(evaluation.samples)) samples a row, nats a row")
        try line("NLL", evaluation.negativeLogLikelihood, "samples add ± \(Text.fixed(evaluation.samplingError, 3))")
        try line("-IW-\(few.samples)", few.bound)
        try line("-ELBO", evaluation.negativeELBO)
        try line("  reconstruction", evaluation.reconstruction)
        try line("  KL", evaluation.divergence)
        try Output.writeLine(
            "effective samples  median \(Text.fixed(size.median, 1)), least \(Text.fixed(size.least, 1))")
        try Output.writeLine(
            "active units       \(evaluation.activeUnits) of \(evaluation.latentVariances.count)")
        if latents { try printLatents(evaluation) }
    }

    private func line(_ name: String, _ mean: Evaluation.Mean, _ note: String = "") throws {
        let error = mean.standardError.map { " ± \(Text.fixed($0, 3))" } ?? ""
        let text = "\(Text.left(name, 18)) \(Text.right(Text.fixed(mean.value, 3), 9))\(error)"
        try Output.writeLine(note.isEmpty ? text : "\(text)   (\(note))")
    }

    private func printLatents(_ evaluation: Evaluation) throws {
        try Output.writeLine("latent  variance of mean        KL")
        for (latent, variance) in evaluation.latentVariances.enumerated() {
            let divergence = evaluation.latentDivergences.map { Text.fixed($0[latent], 3) } ?? "–"
            try Output.writeLine(
                Text.right("\(latent)", 6) + Text.right(Text.fixed(variance, 4), 18) + Text.right(divergence, 10))
        }
    }
}
