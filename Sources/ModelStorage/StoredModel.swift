import Files
import Inference
import JSON
import Kernels
import Records
import Safetensors
import Tensors
import VAE

/// A model with the name and the description that its directory gave it.
package struct StoredModel: Sendable {
    /// Where it was read from; nil for a model from memory.
    package let place: ModelPlace?
    /// Of the files that it was read from.
    package let stamp: DirectoryStamp?
    /// The directory's name, unless its place says another.
    package let name: String
    package let description: ModelDescription
    package let model: TrainedModel
    /// `[rows, rowDimension]`: records that it has answered when it was read; nil for a model from memory.
    package let goldenInput: Matrix<Float>?
    /// SHA-256 of the file of weights, in hexadecimal; nil for a model from memory.
    package let weightsDigest: String?
    /// What the precision of its weights costs; nil in full precision.
    package let deviation: ScoreDeviation?

    package var precision: WeightPrecision { model.network.parameters.precision }

    static let weightsFile = "weights.safetensors"

    /// Reads a model directory and lets the model prove itself on its golden answers, in full precision.
    ///
    /// - Parameter precision: how the weights of dense layers are kept from then on.
    /// - Throws: the first thing that is wrong: a file, the format, a shape, a number that is not finite, an answer.
    package init(_ place: ModelPlace, _ precision: WeightPrecision = .float32) throws(ModelStorageError) {
        let directory = place.directory
        (self.place, name, stamp) = (place, place.name, DirectoryStamp(directory))
        var description = try ModelDescription(json: Self.read("\(directory)/\(ModelDescription.file)"))
        if let version = place.version { description.version = version }
        self.description = description
        let (weights, digest) = try Self.weights("\(directory)/\(Self.weightsFile)")
        weightsDigest = digest
        let full = try Self.model(description, weights, Self.reference(directory, description))
        let file = try Self.tensors("\(directory)/\(GoldenAnswers.file)", GoldenAnswers.file)
        let golden = try ModelStorageError.reading(GoldenAnswers.file) { try GoldenAnswers(file) }
        let goldenInput = try golden.check(full)
        self.goldenInput = goldenInput
        (model, deviation) = try Self.pack(full, precision, description, goldenInput)
        // Half of one model and half of another may well answer.
        guard DirectoryStamp(directory) == stamp else { throw .changedWhileRead(directory) }
    }

    /// Reads a model directory that is named after its model.
    package init(directory: String) throws(ModelStorageError) {
        try self.init(ModelPlace(name: Self.name(of: directory), directory: directory))
    }

    /// A model from memory, as training makes it.
    package init(
        name: String, _ description: ModelDescription, _ parameters: Parameters<Float>,
        reference: ScoreReference? = nil
    ) throws(VAEError) {
        (place, stamp, self.name, goldenInput, weightsDigest, deviation) = (nil, nil, name, nil, nil, nil)
        model = try Self.assemble(description, parameters, reference)
        var description = description
        description.calibrationDigest = reference.map { ReferenceFile.digest(ReferenceFile.bytes($0)) }
        self.description = description
    }

    /// Writes the directory beside its place and renames it into place; of a model in full precision.
    ///
    /// - Parameters:
    ///   - goldenInput: `[rows, rowDimension]`.
    ///   - extra: further files, such as a training report.
    package func write(
        to directory: String, goldenInput: Matrix<Float>, extra: [(name: String, bytes: [UInt8])]
    ) throws(ModelStorageError) {
        precondition(precision == .float32, "golden answers are those of the weights that are written")
        let tensors = model.network.parameters.tensors.mapValues { SafetensorsValue.float32($0) }
        var files = [
            (ModelDescription.file, try Self.json(description)),
            (Self.weightsFile, SafetensorsWriter.bytes(tensors: tensors)),
            (GoldenAnswers.file, try Self.golden(model, goldenInput).bytes()),
        ]
        if let reference = model.ranking?.reference {
            files.append((ReferenceFile.name, ReferenceFile.bytes(reference)))
        }
        do {
            try FileSystem.replaceDirectory(at: directory, contents: files + extra)
        } catch {
            throw .file(error)
        }
    }

    /// Whether a model may take the place of what is there: of nothing, of an empty folder, of a model.
    package static func mayReplace(_ path: String) throws(FileError) -> Bool {
        guard FileSystem.exists(path), !FileSystem.exists("\(path)/\(ModelDescription.file)") else { return true }
        guard FileSystem.isDirectory(path) else { return false }
        return try FileSystem.list(path).isEmpty
    }

    // MARK: Parts

    /// The last component of a path.
    package static func name(of directory: String) -> String {
        String(directory.split(separator: "/").last ?? "model")
    }

    private static func model(
        _ description: ModelDescription, _ weights: SafetensorsFile, _ reference: ScoreReference?
    ) throws(ModelStorageError) -> TrainedModel {
        var tensors: [String: Tensor<Float>] = [:]
        let layout = ParameterLayout(description.architecture)
        for name in weights.names where !layout.isBatchCount(name) {
            tensors[name] = try ModelStorageError.reading(weightsFile) { try weights.float32(name) }
        }
        do {
            return try assemble(description, Parameters(layout, tensors: tensors), reference)
        } catch {
            throw .model(error)
        }
    }

    private static func assemble(
        _ description: ModelDescription, _ parameters: Parameters<Float>, _ reference: ScoreReference?
    ) throws(VAEError) -> TrainedModel {
        try TrainedModel(
            network: VariationalAutoencoder(description.architecture, parameters), schema: description.schema,
            inputShape: description.inputShape, scoreSeed: description.scoreSeed,
            scoreSamples: description.scoreSamples, reference: reference)
    }

    /// The same model with its weights kept so, and what that costs.
    private static func pack(
        _ full: TrainedModel, _ precision: WeightPrecision, _ description: ModelDescription, _ input: Matrix<Float>
    ) throws(ModelStorageError) -> (TrainedModel, ScoreDeviation?) {
        if precision == .float32 { return (full, nil) }
        let model: TrainedModel
        do {
            model = try assemble(
                description, full.network.parameters.packed(as: precision), full.ranking?.reference)
        } catch {
            throw .model(error)
        }
        do {
            return (model, try ScoreDeviation(of: model, from: full, input: input))
        } catch {
            throw .badGolden(error)
        }
    }

    /// What scores are measured by, where the directory has it.
    private static func reference(
        _ directory: String, _ description: ModelDescription
    ) throws(ModelStorageError) -> ScoreReference? {
        let path = "\(directory)/\(ReferenceFile.name)"
        guard FileSystem.exists(path) || description.calibrationDigest != nil else { return nil }
        if let expected = description.calibrationDigest {
            let got = ReferenceFile.digest(try read(path))
            guard got == expected else { throw .referenceDamaged(expected: expected, got: got) }
        }
        return try ReferenceFile.read(
            try tensors(path, ReferenceFile.name), width: description.schema?.width, description.architecture)
    }

    private static func golden(
        _ model: TrainedModel, _ input: Matrix<Float>
    ) throws(ModelStorageError) -> GoldenAnswers {
        do {
            return try GoldenAnswers(model, input: input)
        } catch {
            throw .badGolden(error)
        }
    }

    private static func json(_ description: ModelDescription) throws(ModelStorageError) -> [UInt8] {
        try ModelStorageError.reading(ModelDescription.file) { try description.json() }
    }

    private static func read(_ path: String) throws(ModelStorageError) -> [UInt8] {
        try ModelStorageError.reading(path) { try FileSystem.readRegular(path, limit: 16 << 20) }
    }

    private static func weights(_ path: String) throws(ModelStorageError) -> (SafetensorsFile, digest: String) {
        try ModelStorageError.reading(weightsFile) {
            let bytes = try FileSystem.readRegular(path)
            var digest = SHA256()
            digest.update(bytes)
            return (try SafetensorsFile(bytes: bytes), digest.hexadecimal())
        }
    }

    /// Read, not mapped: a file that is cut short while it is mapped would end the process.
    private static func tensors(_ path: String, _ file: String) throws(ModelStorageError) -> SafetensorsFile {
        try ModelStorageError.reading(file) { try SafetensorsFile(bytes: FileSystem.readRegular(path)) }
    }
}
