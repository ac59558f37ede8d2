import ArgumentParser
import Kernels
import ModelStorage
import Training
import VAE

struct Train: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Trains a VAE on a CSV table or on IDX images and writes a model directory.",
        discussion: """
            DATA is a CSV table with a header, or IDX images such as MNIST's; either may be gzipped.
            A table may have numbers, words and empty cells. What each column is taken for is printed; 'elbo columns' prints
            it for editing and --columns reads it back. Some rows are kept apart to say how rare a score is.
            Images have pixels in [0, 1]. With --likelihood bernoulli they are drawn anew as 0 or 1 at every presentation; the other
            families keep them grey. The weights kept are those with the
            best bound on rows kept for validation. The same command with the same seed writes the same bytes.

            Examples:
              elbo train data.csv --output models/mine
              elbo train data.csv --output models/mine --columns columns.json --missing-token unknown
              elbo train train-images-idx3-ubyte.gz --output models/mnist --epochs 60
              elbo train train-images-idx3-ubyte.gz --output models/mnist --convolutional
              elbo train train-images-idx3-ubyte.gz --labels train-labels-idx1-ubyte.gz --output models/digits
              elbo train data.csv --output models/mine --condition country
              elbo train data.csv --output models/mine --resume      (goes on after an interruption)
            """)

    @Argument(help: "A CSV table with a header, or IDX images; .gz too.")
    var data: String

    @Option(
        name: .shortAndLong, help: "The model directory to write. What is there is replaced when training succeeds.")
    var output: String

    @Option(help: "Columns as 'elbo columns' prints them, edited. (default: all are guessed)")
    var columns: String?

    @Option(
        parsing: .unconditionalSingleValue,
        help: "A cell that stands for 'not known', besides the usual ones ('', NA, null, ? and such). Repeatable.")
    var missingToken: [String] = []

    @Option(
        help:
            "Widths of the encoder's hidden layers; the decoder has them in reverse. (default: 512,256 for images, 128,64 for tables; 'none' for a linear model)"
    )
    var hidden: String?

    @Flag(
        help:
            "For images: convolutions of 4 × 4 pixels and stride 2 to 32 and 64 channels, then 256 numbers, and the same back."
    )
    var convolutional = false

    @Option(
        help:
            "A JSON file with the layers, as 'architecture' in a model.json has them: latent_dimension, encoder, decoder, and if wanted output, prior, hierarchy and deterministic."
    )
    var network: String?

    @Option(help: "Numbers in a code z. (default: 32 for images, a quarter of the columns for tables, from 2 to 32)")
    var latent: Int?

    @Option(help: "relu, leaky_relu, elu, gelu, silu, tanh, sigmoid, softplus or identity. (default: gelu)")
    var activation: String?

    @Flag(help: "Gated layers, v ⊙ sigmoid(g), instead of an activation.")
    var gated = false

    @Option(
        help:
            "p(z): standard, mixture (of Gaussians), vamp (the posteriors of learned pseudo-inputs) or flow (invertible couplings). (default: standard)"
    )
    var prior: String?

    @Option(help: "Components of a mixture or vamp prior. (default: 100)")
    var components: Int?

    @Option(help: "Couplings of a flow prior. (default: 6)")
    var couplings: Int?

    @Option(help: "Numbers in a second level of latents, above z. (default: one level)")
    var topLatent: Int?

    @Flag(help: "A plain autoencoder: z = μ(x), no prior, no KL term, no likelihood of x.")
    var autoencoder = false

    @Option(
        help:
            "For images bernoulli (pixels drawn as 0 or 1), continuous_bernoulli (a density of grey pixels), discretized_logistic (a probability for each of 256 levels) or gaussian; for the numbers of a table gaussian (a σ for each cell), shared_gaussian (one for each column) or student_t (heavier tails), or auto (the one that fits held-out rows best). (default: bernoulli for images, auto for tables)"
    )
    var likelihood: String?

    @Option(
        help:
            "The scale of pixels: for gaussian a number, learned (one for each pixel) or shared (one for all); for discretized_logistic learned or per_record (from the decoder). (default: learned)"
    )
    var sigma: String?

    @Option(
        help:
            "The least σ that can be learned, in units of the scaled column. (default: 0.05, or the column's rounding; half a level for discretized_logistic)"
    )
    var sigmaFloor: Double?

    @Option(
        help:
            "Times to go through the data. (default: enough for 10,000 steps, from 100 to 2,000, for images; for 3,000, from 4 to 3,000, for tables)"
    )
    var epochs: Int?

    @Option(help: "Rows in a mini-batch. (default: 128)")
    var batchSize: Int?

    @Option(help: "Step size of Adam. (default: 0.001)")
    var learningRate: Double?

    @Option(help: "constant or cosine. (default: cosine)")
    var schedule: String?

    @Option(
        help: "Epochs over which the KL term gains its full weight. (default: 10 for images, a tenth of all for tables)"
    )
    var klWarmUp: Int?

    @Option(help: "Weight of the KL term after its warm-up. (default: 1, the ELBO)")
    var beta: Double?

    @Option(help: "Nats that each latent may hold before the KL term counts them. (default: 0)")
    var freeBits: Double?

    @Option(help: "Codes of each row: above 1 trains the importance-weighted bound. (default: 1)")
    var importanceSamples: Int?

    @Option(help: "Share of an image's pixels that the encoder gets as 0 and the decoder has to restore. (default: 0)")
    var denoise: Double?

    @Option(help: "The longest gradient; 0 for no limit. (default: 10)")
    var clip: Double?

    @Option(help: "Decay of the moving average of the weights; 0 for none. (default: 0.999)")
    var averageDecay: Double?

    @Option(help: "Share of the rows kept for validation. (default: 0.1)")
    var validation: Double?

    @Option(help: "Images kept apart for validation, instead of some of DATA.")
    var validationData: String?

    @Option(
        help: "IDX labels of the images, one byte for each: the model is told them, and makes images of a given label.")
    var labels: String?

    @Option(help: "IDX labels of --validation-data.")
    var validationLabels: String?

    @Option(
        help:
            "A column of a table that the model is told instead of learning it: a category of few levels, in every row."
    )
    var condition: String?

    @Option(
        help:
            "Share of the rows kept to say how rare a score is; 0 for none. (default: 0.15 for tables; for images a fifth of the rows kept for validation, which then do not decide when to stop)"
    )
    var calibration: Double?

    @Option(
        help:
            "Mean share of a table's cells that the encoder does not get to see while training, among columns that may be empty. (default: 0.1)"
    )
    var hide: Double?

    @Option(
        help: "Epochs without a better validation bound before stopping. (default: 50 for images; tables go to the end)"
    )
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
        if run.data.schema == nil, let flag = flagForTables {
            throw ValidationError("\(flag) is for tables; \(data) holds images")
        }
        if run.data.schema != nil, denoise ?? 0 > 0 {
            throw ValidationError("--denoise is for images; \(data) holds a table, for which there is --hide")
        }
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
        plan.network = try networkChoice()
        plan.options = try options()
        plan.epochs = epochs
        plan.validationPath = validationData
        (plan.labelsPath, plan.validationLabelsPath) = (labels, validationLabels)
        (plan.klWarmUpEpochs, plan.patience) = (klWarmUp, patience)
        (plan.calibrationShare, plan.hiddenShare) = (calibration, hide)
        plan.table = try table()
        plan.version = modelVersion ?? plan.version
        plan.command = command
        plan.resumes = resume
        if let checkpointSeconds { plan.checkpointInterval = .seconds(checkpointSeconds) }
        return plan
    }

    private func table() throws -> TableOptions {
        var table = try columns.map(ColumnsFile.read) ?? TableOptions()
        table.conditionColumn = condition
        table.missingTokens = ColumnsFile.tokens(table.missingTokens, and: missingToken)
        return table
    }

    /// The first flag given that means nothing for images.
    private var flagForTables: String? {
        if columns != nil { return "--columns" }
        if !missingToken.isEmpty { return "--missing-token" }
        if condition != nil { return "--condition" }
        return hide == nil ? nil : "--hide"
    }

    func validate() throws {
        if let modelVersion, !ModelVersion(modelVersion).isUsable {
            throw ValidationError("--model-version must be 1 to 100 bytes without blanks and slashes")
        }
        if let calibration, !(0..<1).contains(calibration + (validation ?? TrainingOptions().validationShare)) {
            throw ValidationError("--calibration must be 0 or more, and with --validation below 1")
        }
        if validation != nil, validationData != nil {
            throw ValidationError("--validation and --validation-data exclude each other")
        }
        try validateLabels()
        try validateNetwork()
        if let hide, !(0...0.5).contains(hide) { throw ValidationError("--hide must be from 0 to 0.5, not \(hide)") }
    }

    /// Either all images have labels or none.
    private func validateLabels() throws {
        if validationLabels != nil, validationData == nil || labels == nil {
            throw ValidationError("--validation-labels goes with --labels and --validation-data")
        }
        if labels != nil, validationData != nil, validationLabels == nil {
            throw ValidationError("--validation-data needs --validation-labels where there are --labels")
        }
        if labels != nil, condition != nil {
            throw ValidationError("--labels is for images and --condition for tables; give one of them")
        }
    }

    /// Layers are said once.
    private func validateNetwork() throws {
        let layers: [(flag: String, isGiven: Bool)] = [
            ("--convolutional", convolutional), ("--hidden", hidden != nil), ("--gated", gated),
        ]
        let details = [("--latent", latent != nil), ("--activation", activation != nil)]
        let others = network != nil ? layers + details : convolutional ? Array(layers.dropFirst()) : []
        if let other = others.first(where: { $0.isGiven }) {
            let flag = network != nil ? "--network" : "--convolutional"
            throw ValidationError("\(flag) and \(other.flag) both say what the layers are; give one of them")
        }
    }

    private func networkChoice() throws -> NetworkChoice {
        var network = NetworkChoice()
        network.description = try self.network.map(NetworkFile.read)
        network.isConvolutional = convolutional
        network.hidden = try hidden.map(Self.widths)
        network.latentDimension = latent
        network.activation = try Self.choice(activation, "--activation") ?? network.activation
        network.isGated = gated
        network.family = try Self.choice(likelihood, "--likelihood")
        network.prior = try priorSpecification()
        (network.topLatentDimension, network.isDeterministic) = (topLatent, autoencoder)
        network.pixelScale = try sigma.map(Self.pixelScale)
        network.sigmaFloor = sigmaFloor
        if let sigmaFloor { try Self.checkSigma(sigmaFloor, "--sigma-floor") }
        return network
    }

    private func options() throws -> TrainingOptions {
        var options = TrainingOptions()
        options.seed = seed ?? options.seed
        options.batchSize = batchSize ?? options.batchSize
        options.learningRate = learningRate ?? options.learningRate
        options.schedule = try Self.choice(schedule, "--schedule") ?? options.schedule
        options.klWarmUpEpochs = klWarmUp ?? options.klWarmUpEpochs
        options.beta = beta ?? options.beta
        options.freeBits = freeBits ?? options.freeBits
        options.importanceSamples = importanceSamples ?? options.importanceSamples
        options.corruption = denoise ?? options.corruption
        options.clipNorm = clip ?? options.clipNorm
        options.averageDecay = averageDecay ?? options.averageDecay
        options.validationShare = validation ?? options.validationShare
        options.patience = patience ?? options.patience
        return options
    }

    private func priorSpecification() throws -> PriorSpecification? {
        let others = ["mixture", "vamp"]
        if components != nil, !others.contains(prior ?? "") {
            throw ValidationError("--components is for --prior mixture or vamp")
        }
        if couplings != nil, prior != "flow" { throw ValidationError("--couplings is for --prior flow") }
        guard let prior else { return nil }
        switch prior {
        case "standard": return .standard
        case "mixture": return .mixture(components: components ?? 100)
        case "vamp": return .vamp(components: components ?? 100)
        case "flow": return .flow(couplings: couplings ?? 6, units: 128)
        default: throw ValidationError("--prior must be standard, mixture, vamp or flow, not '\(prior)'")
        }
    }

    /// The command as `model.json` records it: what decides the bytes, and neither folders nor times.
    private var command: String {
        let options: [(String, String?)] = [
            ("columns", columns.map(Self.fileName)),
            ("network", network.map(Self.fileName)),
            ("hidden", hidden), ("latent", latent.map(String.init)), ("activation", activation),
            ("prior", prior), ("components", components.map(String.init)), ("couplings", couplings.map(String.init)),
            ("top-latent", topLatent.map(String.init)), ("beta", beta.map { "\($0)" }),
            ("free-bits", freeBits.map { "\($0)" }), ("importance-samples", importanceSamples.map(String.init)),
            ("denoise", denoise.map { "\($0)" }), ("validation-data", validationData.map(Self.fileName)),
            ("labels", labels.map(Self.fileName)), ("validation-labels", validationLabels.map(Self.fileName)),
            ("condition", condition),
            ("likelihood", likelihood), ("sigma", sigma), ("sigma-floor", sigmaFloor.map { "\($0)" }),
            ("epochs", epochs.map(String.init)), ("batch-size", batchSize.map(String.init)),
            ("learning-rate", learningRate.map { "\($0)" }), ("schedule", schedule),
            ("kl-warm-up", klWarmUp.map(String.init)), ("clip", clip.map { "\($0)" }),
            ("average-decay", averageDecay.map { "\($0)" }), ("validation", validation.map { "\($0)" }),
            ("calibration", calibration.map { "\($0)" }), ("hide", hide.map { "\($0)" }),
            ("patience", patience.map(String.init)), ("seed", seed.map(String.init)),
            ("model-version", modelVersion),
        ]
        let flags = options.compactMap { name, value in value.map { "--\(name) \($0)" } }
        let tokens = missingToken.map { "--missing-token '\($0)'" }
        return
            (["elbo train \(Self.fileName(data))"] + (gated ? ["--gated"] : []) + (autoencoder ? ["--autoencoder"] : [])
            + (convolutional ? ["--convolutional"] : []) + tokens + flags)
            .joined(separator: " ")
    }

    private static func fileName(_ path: String) -> String {
        String(path.split(separator: "/").last ?? "-")
    }
}
