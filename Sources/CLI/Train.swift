import ArgumentParser
import Kernels
import Training
import VAE

struct Train: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Trains a VAE on a CSV table or on IDX images and writes a model directory.",
        discussion: """
            DATA is a CSV file with a header and numbers only, or IDX images such as MNIST's; either may be gzipped.
            Columns are standardised; the model file remembers how. Images have pixels in [0, 1], drawn anew as 0 or 1 at
            every presentation. The weights kept are those with the best bound on rows kept for validation.
            The same command with the same seed writes the same bytes.

            Examples:
              elbo train data.csv --output models/mine
              elbo train train-images-idx3-ubyte.gz --output models/mnist --epochs 60
              elbo train data.csv --output models/mine --resume      (goes on after an interruption)
            """)

    @Argument(help: "A CSV table with a header, or IDX images; .gz too.")
    var data: String

    @Option(
        name: .shortAndLong, help: "The model directory to write. What is there is replaced when training succeeds.")
    var output: String

    @Option(
        help:
            "Widths of the encoder's hidden layers; the decoder has them in reverse. (default: 512,256 for images, 128,64 for tables; 'none' for a linear model)"
    )
    var hidden: String?

    @Option(help: "Numbers in a code z. (default: 32 for images, a quarter of the columns for tables)")
    var latent: Int?

    @Option(help: "relu, leaky_relu, elu, gelu, silu, tanh, sigmoid, softplus or identity. (default: gelu)")
    var activation: String?

    @Flag(help: "Gated layers, v ⊙ sigmoid(g), instead of an activation.")
    var gated = false

    @Option(help: "bernoulli or gaussian. (default: bernoulli for images, gaussian for tables)")
    var likelihood: String?

    @Option(help: "A fixed σ for a Gaussian, in standard deviations of the column. (default: learned for each column)")
    var sigma: Double?

    @Option(help: "The least σ that can be learned. (default: 0.05)")
    var sigmaFloor: Double?

    @Option(help: "Times to go through the data. (default: enough for 10,000 steps, from 100 to 2,000)")
    var epochs: Int?

    @Option(help: "Rows in a mini-batch. (default: 128)")
    var batchSize: Int?

    @Option(help: "Step size of Adam. (default: 0.001)")
    var learningRate: Double?

    @Option(help: "constant or cosine. (default: cosine)")
    var schedule: String?

    @Option(help: "Epochs over which the KL term gains its full weight. (default: 10)")
    var klWarmUp: Int?

    @Option(help: "The longest gradient; 0 for no limit. (default: 10)")
    var clip: Double?

    @Option(help: "Decay of the moving average of the weights; 0 for none. (default: 0.999)")
    var averageDecay: Double?

    @Option(help: "Share of the rows kept for validation. (default: 0.1)")
    var validation: Double?

    @Option(help: "Epochs without a better validation bound before stopping. (default: 50)")
    var patience: Int?

    @Option(help: "Seed of everything random. (default: 1)")
    var seed: UInt64?

    @Option(help: "The model's version, a short text. (default: 1)")
    var modelVersion: String?

    @Flag(help: "Go on from the checkpoint of an interrupted run of the same command.")
    var resume = false

    @Option(help: "Seconds between checkpoints; 0 for one after each epoch. (default: 30)")
    var checkpointSeconds: Int?

    func run() throws {
        if data == "-" { throw ValidationError("training reads its data more than once; give a file instead of -") }
        let run = try prepare(plan())
        var display = TrainingDisplay(run)
        display.begin()
        do {
            let model = try run.run(progress: { display.show($0) }, epoch: { display.show($0) })
            try display.end(model, output: output)
        } catch {
            throw Failure("\(error)")
        }
    }

    private func prepare(_ plan: TrainingRun.Plan) throws -> TrainingRun {
        do {
            return try TrainingRun(plan)
        } catch let error as TrainingError {
            if case .badOption = error { throw ValidationError("\(error)") }
            throw Failure("cannot train on \(data): \(error)")
        } catch {
            throw Failure("cannot train on \(data): \(error)")
        }
    }

    // MARK: From flags to a plan

    private func plan() throws -> TrainingRun.Plan {
        var plan = TrainingRun.Plan(dataPath: data, output: output)
        plan.network = try network()
        plan.options = try options()
        plan.epochs = epochs
        plan.version = modelVersion ?? plan.version
        plan.command = command
        plan.resumes = resume
        if let checkpointSeconds { plan.checkpointInterval = .seconds(checkpointSeconds) }
        return plan
    }

    private func network() throws -> NetworkChoice {
        var network = NetworkChoice()
        network.hidden = try hidden.map(Self.widths)
        network.latentDimension = latent
        network.activation = try Self.choice(activation, "--activation") ?? network.activation
        network.isGated = gated
        network.family = try Self.choice(likelihood, "--likelihood")
        network.fixedSigma = sigma
        network.sigmaFloor = sigmaFloor ?? network.sigmaFloor
        for (name, value) in [("--sigma", sigma), ("--sigma-floor", sigmaFloor)] {
            if let value, !(value > 1e-6 && value < 1e6) {
                throw ValidationError("\(name) must be from 1e-6 to 1e6, not \(value)")
            }
        }
        return network
    }

    private func options() throws -> TrainingOptions {
        var options = TrainingOptions()
        options.seed = seed ?? options.seed
        options.batchSize = batchSize ?? options.batchSize
        options.learningRate = learningRate ?? options.learningRate
        options.schedule = try Self.choice(schedule, "--schedule") ?? options.schedule
        options.klWarmUpEpochs = klWarmUp ?? options.klWarmUpEpochs
        options.clipNorm = clip ?? options.clipNorm
        options.averageDecay = averageDecay ?? options.averageDecay
        options.validationShare = validation ?? options.validationShare
        options.patience = patience ?? options.patience
        return options
    }

    private static func widths(_ text: String) throws -> [Int] {
        if text == "none" { return [] }
        return try text.split(separator: ",", omittingEmptySubsequences: false).map { part in
            guard let width = Int(part), width > 0 else {
                throw ValidationError("--hidden must be widths such as 512,256 or 'none', not '\(text)'")
            }
            return width
        }
    }

    private static func choice<Choice: RawRepresentable & CaseIterable>(
        _ text: String?, _ flag: String
    ) throws -> Choice? where Choice.RawValue == String {
        guard let text else { return nil }
        if let choice = Choice(rawValue: text) { return choice }
        let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("\(flag) must be one of \(known), not '\(text)'")
    }

    /// The command as `model.json` records it: what decides the bytes, and neither folders nor times.
    private var command: String {
        let file = String(data.split(separator: "/").last ?? "-")
        let options: [(String, String?)] = [
            ("hidden", hidden), ("latent", latent.map(String.init)), ("activation", activation),
            ("likelihood", likelihood), ("sigma", sigma.map { "\($0)" }), ("sigma-floor", sigmaFloor.map { "\($0)" }),
            ("epochs", epochs.map(String.init)), ("batch-size", batchSize.map(String.init)),
            ("learning-rate", learningRate.map { "\($0)" }), ("schedule", schedule),
            ("kl-warm-up", klWarmUp.map(String.init)), ("clip", clip.map { "\($0)" }),
            ("average-decay", averageDecay.map { "\($0)" }), ("validation", validation.map { "\($0)" }),
            ("patience", patience.map(String.init)), ("seed", seed.map(String.init)),
            ("model-version", modelVersion),
        ]
        let flags = options.compactMap { name, value in value.map { "--\(name) \($0)" } }
        return (["elbo train \(file)"] + (gated ? ["--gated"] : []) + flags).joined(separator: " ")
    }
}
