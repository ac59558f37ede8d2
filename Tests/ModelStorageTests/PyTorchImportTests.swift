import Files
import Inference
import Kernels
import Safetensors
import Tensors
import TestSupport
import Testing
import VAE

@testable import ModelStorage

@Suite struct PyTorchImportTests {
    // MARK: Answers

    /// At x = (1, 2): μ = 5.5, σ = ½, mean record (5.5, −4.5), and −ELBO at z = μ in closed form.
    private static let score: Double = {
        let error = (4.5 * 4.5 + 6.5 * 6.5) / 2 + 2 * ExactMath.halfLogTwoPi
        return error + (5.5 * 5.5 + 0.25 - 1 - ExactMath.log(0.25)) / 2
    }()

    @Test func answersInClosedForm() throws {
        let dict = try StateDictFile.linear()
        try dict.imported().write(to: dict.directory("models/vae"))
        let model = try StoredModel(directory: dict.directory("models/vae")).model
        let x = Matrix<Float>([1, 2, 0, 0], rows: 2, columns: 2)
        let got = try GoldenAnswers.answers(model, x, ScoreSettings(samples: 0, seed: 1))
        #expect(got.floats["mu"]?.elements == [5.5, 0.5])
        #expect(got.floats["reconstruction"]?.elements == [5.5, -4.5, 0.5, 0.5])
        // The logarithm of ¼ is rounded to single precision, and so is the exponential: four steps of 2⁻²⁵ are plenty.
        for sigma in try #require(got.floats["sigma"]?.elements) { #expect(abs(sigma - 0.5) <= 0x1p-23) }
        #expect(abs(got.score.elements[0] - Self.score) <= 1e-6 * Self.score)
    }

    @Test func statedAnswersOfAnyShapeAndSubsetAgree() throws {
        let golden: [String: SafetensorsValue] = [
            "input": .float32(Tensor(fitting: [1, 1, 2], [1, 2])),
            "mu": .float32(Tensor(fitting: [1, 1], [5.5])),
            "log_variance": .float64(Tensor(fitting: [1, 1], [ExactMath.log(0.25)])),
            "reconstruction": .float32(Tensor(fitting: [1, 2, 1], [5.5, -4.5])),
            "score": .float64(Tensor(fitting: [1], [Self.score])),
        ]
        let result = try StateDictFile.linear().imported(golden: golden)
        #expect(result.differences.map(\.name) == ["mu", "log_variance", "reconstruction", "score"])
        #expect(result.differences.allSatisfy { $0.difference < 1e-6 } && result.statedRows == 1)
        #expect(result.model.model.scoreSamples == 16)
    }

    @Test func keepsFewRowsOfManyAndTellsTheLastWrongOne() throws {
        let dict = try StateDictFile.linear()
        let input = (0..<40).map { Float($0) }
        // Of 2 i and 2 i + 1.
        let means = (0..<20).map { Float(6 * $0) + 2.5 }
        func golden(_ means: [Float]) -> [String: SafetensorsValue] {
            ["input": .float32(Tensor(fitting: [20, 2], input)), "mu": .float32(Tensor(fitting: [20, 1], means))]
        }
        try dict.imported(golden: golden(means)).write(to: dict.directory("vae"))
        let kept = try SafetensorsFile(bytes: FileSystem.read(dict.directory("vae/golden.safetensors")))
        #expect(try kept.shape(of: "input") == [16, 2])
        let wrong = means.dropLast() + [means[19] + 1]
        #expect(dict.message(golden: golden(Array(wrong))).contains("mu[19, 0] is 116.5, expected 117.5"))
    }

    // MARK: Heads

    /// The same posterior in every usual form: weights, bias, and what the file says of them.
    private static let forms: [(heads: String, tensors: [String: Tensor<Float>])] = {
        let (mean, spread) = ([Float](arrayLiteral: 1, 2, 3, 4), [Float](arrayLiteral: 5, 6, 7, 8))
        let half = spread.map { $0 / 2 }
        func two(_ name: String, _ spread: [Float], _ bias: [Float]) -> [String: Tensor<Float>] {
            [
                "a.weight": Tensor(fitting: [2, 2], mean), "a.bias": Tensor(fitting: [2], [0.1, 0.2]),
                "b.weight": Tensor(fitting: [2, 2], spread), "b.bias": Tensor(fitting: [2], bias),
            ]
        }
        func one(_ weight: [Float], _ bias: [Float]) -> [String: Tensor<Float>] {
            ["h.3.weight": Tensor(fitting: [4, 2], weight), "h.3.bias": Tensor(fitting: [4], bias)]
        }
        return [
            (#"{"mean": "a", "log_variance": "b"}"#, two("b", spread, [0.3, 0.4])),
            (#"{"mean": "a", "log_sigma": "b"}"#, two("b", half, [0.15, 0.2])),
            (#"{"split": "h.3", "order": ["mean", "log_variance"]}"#, one(mean + spread, [0.1, 0.2, 0.3, 0.4])),
            (#"{"split": "h.3", "order": ["log_variance", "mean"]}"#, one(spread + mean, [0.3, 0.4, 0.1, 0.2])),
            (#"{"split": "h.3", "order": ["mean", "log_sigma"]}"#, one(mean + half, [0.1, 0.2, 0.15, 0.2])),
            (#"{"split": "h.3", "order": ["log_sigma", "mean"]}"#, one(half + mean, [0.15, 0.2, 0.1, 0.2])),
        ]
    }()

    private static func withHeads(_ heads: String, _ tensors: [String: Tensor<Float>]) throws -> StateDictFile {
        let output = [
            "decoder.0.weight": Tensor<Float>(fitting: [2, 2], [1, 0, 0, 1]),
            "decoder.0.bias": Tensor<Float>(fitting: [2], [0, 0]),
        ]
        return try StateDictFile(
            #"{"input": [2], "latent_dimension": 2, "encoder": [], "decoder": [], "heads": \#(heads), "likelihood": {"type": "bernoulli"}}"#,
            tensors.merging(output) { first, _ in first })
    }

    @Test(arguments: 0..<6) func headsOfEveryFormAreTheSame(form: Int) throws {
        let (heads, tensors) = Self.forms[form]
        let parameters = try Self.withHeads(heads, tensors).imported().model.model.network.parameters
        #expect(parameters["encoder.mean.weight"].values == [1, 2, 3, 4])
        #expect(parameters["encoder.mean.bias"].values == [0.1, 0.2])
        #expect(parameters["encoder.log_variance.weight"].values == [5, 6, 7, 8])
        #expect(parameters["encoder.log_variance.bias"].values == [0.3, 0.4])
    }

    @Test(arguments: [
        #"{"mean": "a"}"#, #"{"mean": "a", "log_variance": "b", "log_sigma": "c"}"#, #"{"mean": "a", "sigma": "b"}"#,
        #"{"split": "h.3", "order": ["mean", "mean"]}"#, #"{"split": "h.3", "order": ["mean", "sigma"]}"#,
        #"{"split": "h.3"}"#, #"{"split": "h.3", "order": ["mean", "log_sigma"], "mean": "a"}"#,
    ])
    func headsThatSayTooLittleAreRefused(heads: String) throws {
        let message = try Self.withHeads(heads, [:]).message()
        #expect(message.contains("heads"), "\(message)")
    }

    @Test func aPlainAutoencoderHasOneHead() throws {
        var dict = try StateDictFile.linear()
        dict.architecture = dict.architecture
            .replacing(#", "log_variance": "fc_logvar"}"#, with: #"}, "deterministic": true"#)
        dict.tensors["fc_logvar.weight"] = nil
        dict.tensors["fc_logvar.bias"] = nil
        #expect(try dict.imported().model.model.network.parameters["encoder.mean.bias"].values == [0.5])
    }

    // MARK: Faults

    @Test func tellsAllFaultsAtOnce() throws {
        var dict = try StateDictFile.linear()
        dict.tensors["fc_mu.weight"] = Tensor(fitting: [2, 1], [1, 2])
        dict.tensors["fc_logvar.weight"] = nil
        dict.tensors["fc_out.bias"] = Tensor(fitting: [2], [0, .infinity])
        dict.tensors["discriminator.0.weight"] = Tensor(fitting: [3], [1, 2, 3])
        dict.tensors["bn.num_batches_tracked"] = Tensor(fitting: [], [1])
        #expect(
            dict.message() == """
                vae.safetensors is not of this architecture:
                  another shape: fc_mu.weight, expected [1, 2], got [2, 1]
                  missing: fc_logvar.weight, of shape [1, 2]
                  not finite: fc_out.bias, at element 1
                  extra: bn.num_batches_tracked, of shape []
                  extra: discriminator.0.weight, of shape [3]
                """)
    }

    @Test func aSplitHeadIsToldOnceAndWhole() throws {
        var dict = try Self.withHeads(Self.forms[2].heads, Self.forms[2].tensors)
        dict.tensors["h.3.weight"] = Tensor(fitting: [2, 2], [1, 2, 3, 4])
        dict.tensors["h.3.bias"] = nil
        #expect(
            dict.message() == """
                vae.safetensors is not of this architecture:
                  another shape: h.3.weight, expected [4, 2], got [2, 2]
                  missing: h.3.bias, of shape [4]
                """)
    }

    /// A typing error in the output must not delete what is there, such as a folder of models.
    @Test func refusesToReplaceWhatIsNoModel() throws {
        let dict = try StateDictFile.linear()
        let result = try dict.imported()
        try FileSystem.createDirectories(dict.directory("models/other"))
        for output in ["models", "vae.json"] {
            let error = #expect(throws: ModelStorageError.self) { try result.write(to: dict.directory(output)) }
            #expect(error?.description.contains("exists and is not a model directory") == true)
        }
        #expect(FileSystem.isDirectory(dict.directory("models/other")))
        try result.write(to: dict.directory("models/other"))
        try result.write(to: dict.directory("models/other"))
    }

    /// The output, `[2, 1]`, is told to be the module of μ, `[1, 2]`.
    @Test func aSharedModuleMustFitEachOfItsLayers() throws {
        var dict = try StateDictFile.linear()
        dict.tensors["fc_out.weight"] = nil
        dict.tensors["fc_out.bias"] = nil
        dict.architecture = dict.architecture.replacing("fc_out", with: "fc_mu")
        #expect(
            dict.message() == """
                vae.safetensors is not of this architecture:
                  another shape: fc_mu.weight, expected [2, 1], got [1, 2]
                  another shape: fc_mu.bias, expected [2], got [1]
                """)
    }

    @Test func ignoresWhatItIsTold() throws {
        var dict = try StateDictFile.linear()
        dict.tensors["loss.weight"] = Tensor(fitting: [1], [1])
        dict.tensors["epoch"] = Tensor(fitting: [], [1])
        dict.tensors["losses"] = Tensor(fitting: [], [1])
        dict.architecture = dict.architecture.replacing(#"{"input""#, with: #"{"ignore": ["loss", "epoch"], "input""#)
        #expect(dict.message().hasSuffix("architecture:\n  extra: losses, of shape []"))
        dict.tensors["losses"] = nil
        dict.tensors["\u{1B}[31m"] = Tensor(fitting: [1], [1])
        #expect(dict.message().hasSuffix(#"extra: "\u{1B}[31m", of shape [1]"#))
        dict.tensors["\u{1B}[31m"] = nil
        #expect(try dict.imported().tensorCounts == (used: 6, ignored: 2))
    }

    @Test(arguments: ["mu", "sigma", "log_variance", "reconstruction", "score"])
    func aMismatchLeavesNothingBehind(tensor: String) throws {
        let dict = try StateDictFile.linear()
        let (width, isScore) = (tensor == "reconstruction" ? 2 : 1, tensor == "score")
        var golden: [String: SafetensorsValue] = ["input": .float32(Tensor(fitting: [1, 2], [1, 2]))]
        golden[tensor] = .float64(Tensor(fitting: isScore ? [1] : [1, width], Array(repeating: -77, count: width)))
        let message = dict.message(golden: golden)
        #expect(message.contains("answers of golden.safetensors: \(tensor)[0, 0] is "), "\(message)")
        #expect(message.hasSuffix(", expected -77.0, more than 0.0001 away (relative above 1)"), "\(message)")
        #expect(try FileSystem.list(dict.directory.path) == ["golden.safetensors", "vae.json", "vae.safetensors"])
    }

    @Test func aMissingNumberIsAMismatch() throws {
        let message = try StateDictFile.linear().message(golden: [
            "input": .float32(Tensor(fitting: [1, 2], [1, 2])), "mu": .float32(Tensor(fitting: [1, 1], [.nan])),
        ])
        #expect(message.contains("mu[0, 0] is 5.5, expected nan"))
    }

    @Test func refusesGoldenFilesOfAnotherKind() throws {
        let dict = try StateDictFile.linear()
        let input = SafetensorsValue.float32(Tensor(fitting: [1, 2], [1, 2]))
        let one = SafetensorsValue.float32(Tensor(fitting: [1, 1], [1]))
        #expect(dict.message(golden: ["input": input]).contains("holds no answer; expected one or more of mu, sigma"))
        #expect(
            dict.message(golden: ["input": input, "logvar": one]).contains("'logvar' is nothing that a model answers"))
        #expect(dict.message(golden: ["mu": one]).contains("there is no tensor \"input\""))
        #expect(
            dict.message(golden: ["input": one, "mu": one])
                == "golden.safetensors: 'input' has shape [1, 1]; expected [1, 2]")
        #expect(
            dict.message(golden: ["input": input, "score": .float32(Tensor(fitting: [2], [1, 1]))])
                == "golden.safetensors: 'score' has shape [2]; expected [1, 1]")
        let bad = SafetensorsValue.float32(Tensor(fitting: [1, 2], [1, .nan]))
        #expect(dict.message(golden: ["input": bad, "mu": one]).contains("row 0, column 1: nan is outside"))
    }

    @Test func refusesALikelihoodOfColumns() throws {
        var dict = try StateDictFile.linear()
        dict.architecture = dict.architecture.replacing(
            #"{"type": "gaussian", "sigma": 1}"#, with: #"{"type": "columns", "columns": [{"type": "none"}]}"#)
        #expect(dict.message().contains("vae.json: likelihood.type is 'columns'"))
    }

    // MARK: Provenance

    @Test func saysWhereItComesFrom() throws {
        let dict = try StateDictFile.linear()
        var plan = try dict.plan()
        (plan.command, plan.version, plan.scoreSamples) = ("elbo import vae.safetensors", "3", 0)
        try PyTorchImport(plan, name: "vae").write(to: dict.directory("vae"))
        let description = try StoredModel(directory: dict.directory("vae")).description
        #expect(description.provenance.command == plan.command && description.version == "3")
        #expect(description.scoreSamples == 0 && description.calibrationDigest == nil)
        let data = description.provenance.data
        #expect(data.map(\.file) == ["vae.safetensors", "vae.json"] && data.allSatisfy { $0.rows == nil })
        #expect(try data.map(\.sha256) == [FileSystem.sha256(plan.weights), FileSystem.sha256(plan.architecture)])
    }
}
