import Files
import Kernels
import Safetensors
import VAE

/// A model made of a PyTorch state dict, which has proven itself on answers that the user has from elsewhere, if any were given.
package struct PyTorchImport: Sendable {
    package struct Plan: Sendable {
        /// A state dict in safetensors.
        package var weights: String
        /// A JSON file: the architecture as in `model.json`, with the names of its modules.
        package var architecture: String
        /// Inputs and answers in safetensors; nil for inputs that Elbo draws.
        package var golden: String?
        /// Of stated answers: the largest difference, relative above 1.
        package var tolerance = Self.usualTolerance
        package var version = "1"
        /// Samples of a score unless a caller says otherwise.
        package var scoreSamples = 16
        /// For the model's provenance, without folders.
        package var command = ""

        package static let usualTolerance = 1e-4

        package init(weights: String, architecture: String) {
            (self.weights, self.architecture) = (weights, architecture)
        }
    }

    package let model: StoredModel
    /// Tensors of the state dict that the model has, and that it has no use for.
    package let tensorCounts: (used: Int, ignored: Int)
    /// The largest difference of each stated answer, relative above 1.
    package let differences: [(name: String, difference: Double)]
    /// Rows that these answers were stated of; 0 where none were.
    package let statedRows: Int
    private let goldenInput: Matrix<Float>

    /// Rows kept in `golden.safetensors`, which every load computes.
    private static let goldenRows = 16

    /// Reads all, and compares. Writes nothing.
    ///
    /// - Parameter name: of the model.
    package init(_ plan: Plan, name: String) throws(ModelStorageError) {
        let description = try PyTorchDescription(
            json: Self.bytes(plan.architecture), file: Self.fileName(plan.architecture))
        let dict = StateDict(try Self.tensors(plan.weights), description.names)
        let layout = ParameterLayout(description.architecture)
        model = try Self.model(plan, name, description, dict, layout)
        tensorCounts = dict.counts(layout)
        let stated = try plan.golden.map { path throws(ModelStorageError) in
            try StatedAnswers(Self.tensors(path), name: Self.fileName(path), description.architecture)
        }
        differences = try stated?.check(model.model, tolerance: plan.tolerance) ?? []
        statedRows = stated?.input.rows ?? 0
        let input = stated?.input ?? description.architecture.drawnInput(rows: Self.goldenRows)
        goldenInput = input.prefix(min(input.rows, Self.goldenRows))
        try Self.checkFinite(model.model, goldenInput)
    }

    /// Writes the model directory, whole or not at all.
    ///
    /// - Throws: `ModelStorageError.outputIsNoModel` where there is something else: a typing error must not delete it.
    package func write(to directory: String) throws(ModelStorageError) {
        guard try Self.mayReplace(directory) else { throw .outputIsNoModel(path: directory) }
        let parents = directory.split(separator: "/").dropLast().joined(separator: "/")
        do {
            try FileSystem.createDirectories((directory.hasPrefix("/") ? "/" : "./") + parents)
        } catch {
            throw .file(error)
        }
        try model.write(to: directory, goldenInput: goldenInput, extra: [])
    }

    // MARK: Parts

    private static func mayReplace(_ directory: String) throws(ModelStorageError) -> Bool {
        try ModelStorageError.reading(directory) { try StoredModel.mayReplace(directory) }
    }

    private static func model(
        _ plan: Plan, _ name: String, _ description: PyTorchDescription, _ dict: StateDict, _ layout: ParameterLayout
    ) throws(ModelStorageError) -> StoredModel {
        let files = try [plan.weights, plan.architecture].map { path throws(ModelStorageError) in
            (file: fileName(path), sha256: try digest(path), rows: Int?.none)
        }
        let model = ModelDescription(
            version: plan.version, architecture: description.architecture, inputShape: description.inputShape,
            schema: nil, scoreSeed: 1, scoreSamples: plan.scoreSamples,
            provenance: Provenance(command: plan.command, data: files, seed: 0, metrics: []))
        return try ModelStorageError.reading(fileName(plan.weights)) {
            try StoredModel(name: name, model, Parameters(layout, tensors: dict.tensors(layout)))
        }
    }

    /// A model whose answers are not numbers would be refused at its first load.
    private static func checkFinite(_ model: TrainedModel, _ input: Matrix<Float>) throws(ModelStorageError) {
        let answers: GoldenAnswers
        do {
            answers = try GoldenAnswers(model, input: input)
        } catch {
            throw .badGolden(error)
        }
        _ = try answers.check(model)
    }

    private static func fileName(_ path: String) -> String { String(path.split(separator: "/").last ?? "") }

    private static func bytes(_ path: String) throws(ModelStorageError) -> [UInt8] {
        try ModelStorageError.reading(path) { try FileSystem.read(path, limit: 16 << 20) }
    }

    private static func digest(_ path: String) throws(ModelStorageError) -> String {
        try ModelStorageError.reading(path) { try FileSystem.sha256(path) }
    }

    private static func tensors(_ path: String) throws(ModelStorageError) -> SafetensorsFile {
        try ModelStorageError.reading(fileName(path)) { try SafetensorsFile(bytes: FileSystem.read(path)) }
    }
}
