import Inference
import Kernels
import Safetensors
import Tensors
import VAE

/// A few inputs and the model's answers to them, checked whenever the model is loaded: weights that were damaged in a way
/// that still looks like weights do not get past them.
package struct GoldenAnswers: Sendable {
    static let file = "golden.safetensors"
    /// Other builds may round differently; more than this, relative to numbers above 1, is another model.
    static let tolerance = 1e-4

    /// `[rows, rowDimension]`; of a table coded rows. Of a conditional model the place of the level behind each.
    let input: Tensor<Float>
    /// By name: `mu`, `sigma` `[rows, latentDimension]`, `reconstruction` `[rows, recordDimension]`.
    let floats: [String: Tensor<Float>]
    /// `[rows]`: −ELBO with the model's own seed and samples.
    let score: Tensor<Double>

    /// The model's present answers.
    package init(_ model: TrainedModel, input: Matrix<Float>) throws(InferenceError) {
        let answers = try Self.answers(model, input, ScoreSettings(model))
        self.input = Tensor(fitting: [input.rows, input.columns], input.values)
        floats = answers.floats
        score = answers.score
    }

    /// Answers by name, with the score as `settings` say.
    static func answers(
        _ model: TrainedModel, _ input: Matrix<Float>, _ settings: ScoreSettings
    ) throws(InferenceError) -> (floats: [String: Tensor<Float>], score: Tensor<Double>) {
        let runner = OperationRunner(model)
        let operations: [Operation] = [
            .encode(drawSeed: nil), .reconstruct,
            .score(settings),
        ]
        var floats: [String: Tensor<Float>] = [:]
        var score = Tensor<Double>(fitting: [0], [])
        for operation in operations {
            let output = InferenceOutput(operation, rows: input.rows, model: model)
            let copy = Matrix(input.values, rows: input.rows, columns: input.columns)
            try runner.run(operation, copy, positions: Array(0..<input.rows), into: output)
            switch output {
            case .codes(let mean, let sigma, _): (floats["mu"], floats["sigma"]) = (tensor(mean), tensor(sigma))
            case .records(let mean, _): floats["reconstruction"] = tensor(mean)
            case .repairs(let repairs): floats["reconstruction"] = tensor(repairs.expected)
            case .scores(let scores):
                score = Tensor(fitting: [scores.rows], (0..<scores.rows).map { scores[$0].score })
            case .path, .samples: break
            }
        }
        return (floats, score)
    }

    private static func tensor(_ matrix: Matrix<Float>) -> Tensor<Float> {
        Tensor(fitting: [matrix.rows, matrix.columns], matrix.values)
    }

    // MARK: File

    func bytes() -> [UInt8] {
        var tensors = floats.mapValues { SafetensorsValue.float32($0) }
        tensors["input"] = .float32(input)
        tensors["score"] = .float64(score)
        return SafetensorsWriter.bytes(tensors: tensors)
    }

    init(_ file: SafetensorsFile) throws(SafetensorsError) {
        input = try file.float32("input")
        score = try file.float64("score")
        var floats: [String: Tensor<Float>] = [:]
        for name in ["mu", "sigma", "reconstruction"] { floats[name] = try file.float32(name) }
        self.floats = floats
    }

    // MARK: Check

    /// - Returns: the input, `[rows, rowDimension]`.
    /// - Throws: `ModelStorageError.goldenMismatch` with the first number that differs.
    func check(_ model: TrainedModel) throws(ModelStorageError) -> Matrix<Float> {
        let columns = model.rowDimension
        guard input.shape.count == 2, input.shape[1] == columns, input.shape[0] > 0 else {
            throw .goldenShape(tensor: "input", expected: [1, columns], got: input.shape)
        }
        let matrix = Matrix(input.elements, rows: input.shape[0], columns: columns)
        if let row = model.network.architecture.firstRowWithoutLevel(matrix) {
            throw .noLevel(file: Self.file, tensor: "input", row: row, got: "\(matrix[row, columns - 1])")
        }
        let answers: (floats: [String: Tensor<Float>], score: Tensor<Double>)
        do {
            answers = try Self.answers(model, matrix, ScoreSettings(model))
        } catch {
            throw .badGolden(error)
        }
        for (name, got) in answers.floats.sorted(by: { $0.key < $1.key }) {
            guard let expected = floats[name] else { throw .goldenMissing(tensor: name) }
            try Self.compare(name, expected.map(Double.init), got.map(Double.init))
        }
        try Self.compare("score", score, answers.score)
        return matrix
    }

    private static func compare(
        _ name: String, _ expected: Tensor<Double>, _ got: Tensor<Double>
    ) throws(ModelStorageError) {
        guard expected.shape == got.shape else {
            throw .goldenShape(tensor: name, expected: got.shape, got: expected.shape)
        }
        let columns = got.shape.count == 2 ? got.shape[1] : 1
        for (i, (e, g)) in zip(expected.elements, got.elements).enumerated() {
            guard abs(e - g) <= tolerance * max(1, abs(e)) else {
                throw .goldenMismatch(tensor: name, row: i / columns, column: i % columns, expected: e, got: g)
            }
        }
    }
}

extension Tensor {
    fileprivate func map<Other: Sendable>(_ convert: (Element) -> Other) -> Tensor<Other> {
        Tensor<Other>(fitting: shape, elements.map(convert))
    }
}
