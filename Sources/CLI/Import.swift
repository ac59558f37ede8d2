import ArgumentParser
import Kernels
import ModelStorage
import VAE

struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Makes a model directory of PyTorch weights.",
        discussion: """
            WEIGHTS is a state dict as safetensors.torch.save_file(model.state_dict(), …) writes it. The architecture is a JSON file
            with what 'architecture' in a model.json has, and PyTorch's names: models/README.md describes it, and
            models/examples/pytorch has three. What of the weights is missing, too much or of another shape is told, all of it.
            Golden answers, which every load checks, are Elbo's own; --golden states others that they must agree with, such as
            PyTorch's: a safetensors file with 'input' and one or more of mu, sigma, log_variance, reconstruction and score, the
            last two at z = μ. Nothing is written unless they agree.

            Examples:
              elbo import vae.safetensors --architecture vae.json --output models/vae
              elbo import vae.safetensors --architecture vae.json --output models/vae --golden answers.safetensors
            """)

    @Argument(help: "A PyTorch state dict in safetensors.")
    var weights: String

    @Option(help: "A JSON file: input, layers, heads, likelihood, and the names of modules.")
    var architecture: String

    @Option(
        name: .shortAndLong, help: "The model directory to write. What is there is replaced when the import succeeds.")
    var output: String

    @Option(
        help:
            "Inputs and answers in safetensors that the model must give. (default: Elbo draws inputs and answers them)")
    var golden: String?

    @Option(help: "The largest difference from --golden, relative for numbers above 1. (default: 0.0001)")
    var tolerance: Double?

    @Option(help: "Samples of a score unless a request says otherwise; 0 takes z = μ. (default: 16)")
    var samples: Int?

    @Option(help: "The model's version, a short text. (default: 1)")
    var modelVersion: String?

    func validate() throws {
        if let modelVersion, !ModelVersion(modelVersion).isUsable {
            throw ValidationError("--model-version must be 1 to 100 bytes without blanks and slashes")
        }
        if let tolerance, !(tolerance >= 0 && tolerance < 1) {
            throw ValidationError("--tolerance must be from 0 to 1, not \(tolerance)")
        }
        if tolerance != nil, golden == nil { throw ValidationError("--tolerance goes with --golden") }
        if let samples, !(0...10_000).contains(samples) {
            throw ValidationError("--samples must be from 0 to 10000, not \(samples)")
        }
    }

    func run() throws {
        do {
            let result = try PyTorchImport(plan, name: StoredModel.name(of: output))
            try result.write(to: output)
            for line in lines(result) { try Output.writeLine(line) }
        } catch let error as ModelStorageError {
            throw Failure("cannot import \(weights): \(error.description(of: architecture))")
        }
    }

    private var plan: PyTorchImport.Plan {
        var plan = PyTorchImport.Plan(weights: weights, architecture: architecture)
        plan.golden = golden
        plan.tolerance = tolerance ?? plan.tolerance
        plan.version = modelVersion ?? plan.version
        plan.scoreSamples = samples ?? plan.scoreSamples
        plan.command = command
        return plan
    }

    /// As given, without folders and without what it wrote to.
    private var command: String {
        let options: [(String, String?)] = [
            ("architecture", StoredModel.name(of: architecture)), ("golden", golden.map(StoredModel.name)),
            ("tolerance", tolerance.map { "\($0)" }), ("samples", samples.map(String.init)),
            ("model-version", modelVersion),
        ]
        let flags = options.compactMap { name, value in value.map { "--\(name) \($0)" } }
        return (["elbo import \(StoredModel.name(of: weights))"] + flags).joined(separator: " ")
    }

    private func lines(_ result: PyTorchImport) -> [String] {
        let parameters = Text.grouped(result.model.model.network.parameters.vector.count)
        let (used, ignored) = result.tensorCounts
        let rest = ignored > 0 ? ", \(ignored) more of no use" : ""
        var lines = ["\(output): \(parameters) parameters from \(Text.counted(used, "tensor"))\(rest)"]
        if golden == nil {
            lines.append("golden answers: Elbo's own; --golden compares with PyTorch's")
        } else {
            let parts = result.differences.map { "\($0.name) \(Text.fixed($0.difference * 1e6))" }
            let rows = Text.counted(result.statedRows, "stated row")
            lines.append("largest difference from \(rows), in millionths: \(parts.joined(separator: ", "))")
        }
        return lines
    }
}
