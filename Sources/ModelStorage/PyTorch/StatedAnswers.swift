import Inference
import Kernels
import Safetensors
import Tensors
import VAE

/// Answers that a user has from elsewhere, such as from PyTorch: what an imported model must give.
struct StatedAnswers {
    /// `[rows, rowDimension]`
    let input: Matrix<Float>
    /// `[rows, …]`, flattened, in the order of `names`.
    private let answers: [(name: String, numbers: [Double])]
    private let file: String

    /// `score` is −ELBO at z = μ, `reconstruction` E[x given z = μ].
    static let names = ["mu", "sigma", "log_variance", "reconstruction", "score"]

    /// - Parameter name: of the file, for messages.
    /// - Throws: `ModelStorageError.tensors` or `.statedShape` for what cannot be this model's input or answers.
    init(_ file: SafetensorsFile, name: String, _ architecture: Architecture) throws(ModelStorageError) {
        self.file = name
        if let other = file.names.first(where: { $0 != "input" && !Self.names.contains($0) }) {
            throw .unknownStatedAnswer(file: name, tensor: other, known: ["input"] + Self.names)
        }
        let given = try ModelStorageError.reading(name) { try file.float32("input") }
        let (rows, columns) = (given.shape.first ?? 0, architecture.rowDimension)
        guard given.shape.count > 1, rows > 0, given.elements.count == rows * columns else {
            throw .statedShape(file: name, tensor: "input", expected: [max(rows, 1), columns], got: given.shape)
        }
        input = Matrix(given.elements, rows: rows, columns: columns)
        try Self.check(input, architecture, name)
        var answers: [(name: String, numbers: [Double])] = []
        for tensor in Self.names where file.names.contains(tensor) {
            let width = Self.width(tensor, architecture)
            answers.append((tensor, try Self.numbers(file, tensor, rows: rows, width: width, name)))
        }
        guard !answers.isEmpty else { throw .noStatedAnswer(file: name, known: Self.names) }
        self.answers = answers
    }

    private static func width(_ tensor: String, _ architecture: Architecture) -> Int {
        switch tensor {
        case "reconstruction": architecture.recordDimension
        case "score": 1
        default: architecture.latentDimension
        }
    }

    /// Any shape of so many rows and numbers, as PyTorch may have it.
    private static func numbers(
        _ file: SafetensorsFile, _ tensor: String, rows: Int, width: Int, _ name: String
    ) throws(ModelStorageError) -> [Double] {
        let (shape, numbers) = try ModelStorageError.reading(name) {
            let isDouble = try file.type(of: tensor) == .float64
            return try (
                file.shape(of: tensor),
                isDouble ? file.float64(tensor).elements : file.float32(tensor).elements.map(Double.init)
            )
        }
        guard shape.first == rows, numbers.count == rows * width else {
            throw .statedShape(file: name, tensor: tensor, expected: [rows, width], got: shape)
        }
        return numbers
    }

    private static func check(_ input: Matrix<Float>, _ architecture: Architecture, _ name: String)
        throws(ModelStorageError)
    {
        if let row = architecture.firstRowWithoutLevel(input) {
            throw .noLevel(file: name, tensor: "input", row: row, got: "\(input[row, input.columns - 1])")
        }
        do {
            try architecture.likelihood.checkSupport(architecture.split(input).values)
        } catch {
            throw .model(error)
        }
    }

    // MARK: Check

    /// The largest difference of each stated tensor from the model's own answer, relative above 1.
    ///
    ///     |got − stated| / max(1, |stated|)
    ///
    /// - Throws: `ModelStorageError.statedMismatch` with the first number that differs by more than `tolerance`.
    func check(
        _ model: TrainedModel, tolerance: Double
    ) throws(ModelStorageError) -> [(name: String, difference: Double)] {
        let settings = ScoreSettings(samples: 0, seed: model.scoreSeed)
        let got: (floats: [String: Tensor<Float>], score: Tensor<Double>)
        do {
            got = try GoldenAnswers.answers(model, input, settings)
        } catch {
            throw .badGolden(error)
        }
        var differences: [(name: String, difference: Double)] = []
        for (name, stated) in answers {
            let numbers = Self.numbers(name, got.floats, got.score)
            differences.append((name, try compare(name, stated, numbers, tolerance)))
        }
        return differences
    }

    private static func numbers(
        _ name: String, _ floats: [String: Tensor<Float>], _ score: Tensor<Double>
    ) -> [Double] {
        switch name {
        case "score": score.elements
        case "log_variance":
            floats["sigma", default: Tensor(fitting: [0], [])].elements.map { 2 * ExactMath.log(Double($0)) }
        default: floats[name, default: Tensor(fitting: [0], [])].elements.map(Double.init)
        }
    }

    private func compare(
        _ name: String, _ stated: [Double], _ got: [Double], _ tolerance: Double
    ) throws(ModelStorageError) -> Double {
        let columns = stated.count / input.rows
        var largest = 0.0
        for (i, (expected, got)) in zip(stated, got).enumerated() {
            let difference = abs(got - expected) / max(1, abs(expected))
            // Not so of NaN either.
            guard difference <= tolerance else {
                throw .statedMismatch(
                    file: file, tensor: name, row: i / columns, column: i % columns, expected: expected, got: got,
                    tolerance: tolerance)
            }
            largest = max(largest, difference)
        }
        return largest
    }
}
