import JSON
import Testing
import VAE

@testable import ModelStorage

/// `model.json` with one thing wrong at a time.
@Suite struct ModelDescriptionTests {
    private static let minimal = """
        {"format": 1, "architecture": {"input": [2, 3], "latent_dimension": 2, "encoder": [], \
        "decoder": [{"type": "dense", "units": 4, "activation": "relu"}], "likelihood": {"type": "bernoulli"}}}
        """

    private static let logistic =
        "\"discretized_logistic\", \"levels\": 256, \"sigma\": \"learned\", \"floor\": 0.01"

    private func read(_ text: String) throws(ModelStorageError) -> ModelDescription {
        try ModelDescription(json: Array(text.utf8))
    }

    /// Replaces a part of the text, which must be there.
    private func replacing(_ part: String, by other: String) throws -> String {
        let pieces = Self.minimal.split(separator: part, omittingEmptySubsequences: false)
        try #require(pieces.count == 2, "\(part)")
        return pieces.joined(separator: other)
    }

    @Test func defaultsFillWhatIsLeftOut() throws {
        let description = try read(Self.minimal)
        #expect(description.version == "1" && description.inputShape == [2, 3])
        #expect(description.architecture.inputDimension == 6)
        #expect(description.scoreSeed == 1 && description.scoreSamples == 16 && description.schema == nil)
        #expect(description.provenance == Provenance(command: "", data: [], seed: 0, metrics: []))
    }

    @Test(
        arguments: [
            ("{\"format\"", "{\"colour\": 1, \"format\"", "", "colour"),
            ("{\"input\"", "{\"inputs\": [3], \"input\"", "architecture", "inputs"),
            ("\"units\": 4", "\"units\": 4, \"unit\": 4", "architecture.decoder[0]", "unit"),
            (
                "{\"type\": \"bernoulli\"}", "{\"type\": \"bernoulli\", \"sigma\": 1}", "architecture.likelihood",
                "sigma"
            ),
            (
                "{\"type\": \"bernoulli\"}", "{\"type\": \"continuous_bernoulli\", \"sigma\": 1}",
                "architecture.likelihood", "sigma"
            ),
            (
                "{\"type\": \"bernoulli\"}", "{\"type\": \"gaussian\", \"sigma\": 1, \"floor\": 0.1}",
                "architecture.likelihood", "floor"
            ),
            ("\"bernoulli\"", "\(logistic), \"scale\": 1", "architecture.likelihood", "scale"),
            ("\"format\": 1", "\"format\": 1, \"score\": {\"seeds\": 1}", "score", "seeds"),
            ("\"format\": 1", "\"format\": 1, \"provenance\": {\"host\": \"\"}", "provenance", "host"),
        ])
    func refusesUnknownKeys(part: String, other: String, path: String, key: String) throws {
        let text = try replacing(part, by: other)
        let error = #expect(throws: ModelStorageError.self) { try read(text) }
        guard case .unknownKey(path: path, key: key, let known) = error else {
            Issue.record("\(error as Any)")
            return
        }
        #expect(!known.isEmpty && !known.contains(key))
    }

    @Test(
        arguments: [
            ("\"dense\"", "\"convolution\"", "architecture.decoder[0].type", "convolution"),
            ("\"relu\"", "\"swish\"", "architecture.decoder[0].activation", "swish"),
            ("\"bernoulli\"", "\"poisson\"", "architecture.likelihood.type", "poisson"),
            (
                "{\"type\": \"bernoulli\"}", "{\"type\": \"gaussian\", \"sigma\": \"free\"}",
                "architecture.likelihood.sigma", "free"
            ),
            (
                "\"bernoulli\"",
                "\"discretized_logistic\", \"levels\": 256, \"sigma\": \"shared\", \"floor\": 0.01",
                "architecture.likelihood.sigma", "shared"
            ),
        ])
    func refusesUnknownValues(part: String, other: String, path: String, got: String) throws {
        let text = try replacing(part, by: other)
        let error = #expect(throws: ModelStorageError.self) { try read(text) }
        guard case .unknownValue(path: path, got: got, let expected) = error else {
            Issue.record("\(error as Any)")
            return
        }
        #expect(!expected.isEmpty && !expected.contains(got))
    }

    @Test(arguments: [0, 2, -1])
    func refusesOtherFormats(format: Int) throws {
        // Even one whose keys this version does not know.
        let text = try replacing("\"format\": 1", by: "\"format\": \(format), \"colour\": 1")
        let error = #expect(throws: ModelStorageError.self) { try read(text) }
        guard case .unsupportedFormat(got: format, supported: 1) = error else {
            Issue.record("\(error as Any)")
            return
        }
    }

    @Test(
        arguments: [
            ("\"format\": 1", "\"format\": 1, \"score\": {\"samples\": 10001}", "score.samples"),
            ("\"format\": 1", "\"format\": 1, \"score\": {\"samples\": -1}", "score.samples"),
            ("\"bernoulli\"", "\"gaussian\", \"sigma\": \"shared\", \"floor\": 0", "architecture.likelihood.floor"),
            ("\"bernoulli\"", "\"gaussian\", \"sigma\": -0.1", "architecture.likelihood.sigma"),
            (
                "\"bernoulli\"",
                "\"discretized_logistic\", \"levels\": 128, \"sigma\": \"learned\", \"floor\": 0.01",
                "architecture.likelihood.levels"
            ),
            (
                "\"bernoulli\"",
                "\"discretized_logistic\", \"levels\": 256, \"sigma\": \"learned\", \"floor\": 0.001",
                "architecture.likelihood.floor"
            ),
            (
                "\"bernoulli\"",
                "\"discretized_logistic\", \"levels\": 256, \"sigma\": \"learned\", \"floor\": -1",
                "architecture.likelihood.floor"
            ),
            ("\"bernoulli\"", "\"gaussian\", \"sigma\": 0", "architecture.likelihood.sigma"),
            ("\"bernoulli\"", "\"gaussian\", \"sigma\": 1e30", "architecture.likelihood.sigma"),
            ("\"bernoulli\"", "\"gaussian\", \"sigma\": \"learned\", \"floor\": -1", "architecture.likelihood.floor"),
        ])
    func refusesValuesOutOfRange(part: String, other: String, path: String) throws {
        let text = try replacing(part, by: other)
        let error = #expect(throws: ModelStorageError.self) { try read(text) }
        guard case .badValue(path: path, _, _) = error else {
            Issue.record("\(error as Any)")
            return
        }
    }

    @Test(
        arguments: [
            ("[2, 3]", "[]", "input_dimension"), ("[2, 3]", "[0]", "architecture.input"),
            ("[2, 3]", "[2, -3]", "architecture.input"), ("[2, 3]", "[1048576, 1048576]", "architecture.input"),
            // The product is 51 · 2⁶⁴ + 6, which must not pass for 6.
            ("[2, 3]", "[2, 3, 79, 167, 6709, 10223, 12301, 14087]", "architecture.input"),
            ("\"latent_dimension\": 2", "\"latent_dimension\": 0", "latent_dimension"),
            ("\"units\": 4", "\"units\": 2000000", "decoder[0].units"),
        ])
    func refusesDimensionsOutOfRange(part: String, other: String, name: String) throws {
        let text = try replacing(part, by: other)
        let error = #expect(throws: ModelStorageError.self) { try read(text) }
        guard case .model(.dimensionOutOfRange(name: name, _, _)) = error else {
            Issue.record("\(error as Any)")
            return
        }
    }

    @Test(
        arguments: [
            ("\"latent_dimension\": 2", "\"latent_dimension\": 2.5"), ("\"latent_dimension\": 2, ", ""),
            ("[2, 3]", "6"), ("\"relu\"", "null"), ("\"format\": 1", "\"format\": 1, \"format\": 1"),
            ("{\"format\": 1, ", "{"), ("}}}", "}}"),
        ])
    func refusesWhatIsNoDescription(part: String, other: String) throws {
        let text = part == "}}}" ? String(Self.minimal.dropLast()) : try replacing(part, by: other)
        let error = #expect(throws: ModelStorageError.self) { try read(text) }
        guard case .json(file: "model.json", _) = error else {
            Issue.record("\(error as Any)")
            return
        }
    }
}
