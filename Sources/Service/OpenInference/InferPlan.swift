import Answers
import Inference

/// Which operations give the outputs that a request asks for, and how.
struct InferPlan: Sendable {
    let model: ServedModel
    /// In the order of the answer.
    let outputs: [(output: ModelOutput, isBinary: Bool)]
    /// Each once.
    private(set) var operations: [(verb: Route.Verb, operation: Operation)] = []
    /// The seed used, where the answer depends on one.
    private(set) var seed: UInt64?
    private(set) var verdict: Verdict?

    init(
        _ header: InferHeader, _ source: ModelTensors.Source, _ model: ServedModel, _ options: inout RequestOptions
    ) throws(ServiceError) {
        self.model = model
        let score = try Self.score(header, source, model, &options)
        verdict = score.verdict
        outputs = try Self.outputs(header, source, model, score)
        let drawSeed = try options.uint64("seed")
        for verb in outputs.map(\.output.operation) where !operations.contains(where: { $0.verb == verb }) {
            try add(verb, score.settings, drawSeed, &options)
        }
    }

    private typealias Score = (settings: ScoreSettings, verdict: Verdict?)

    /// How the model scores, if it does.
    private static func score(
        _ header: InferHeader, _ source: ModelTensors.Source, _ model: ServedModel, _ options: inout RequestOptions
    ) throws(ServiceError) -> Score {
        let scores = model.tensors.outputs(of: source).filter { $0.operation == .score }.map(\.name)
        let isScored = header.outputs.isEmpty ? !scores.isEmpty : header.outputs.contains { scores.contains($0.name) }
        guard isScored else { return (ScoreSettings(model.model), nil) }
        let asked = try ScoreOptions(model, &options)
        var settings = asked.settings
        settings.explains = header.outputs.contains { $0.name == "contributions" }
        return (settings, try asked.verdict())
    }

    private static func outputs(
        _ header: InferHeader, _ source: ModelTensors.Source, _ model: ServedModel, _ score: Score
    ) throws(ServiceError) -> [(output: ModelOutput, isBinary: Bool)] {
        let known = model.tensors.outputs(of: source)
        if header.outputs.isEmpty {
            return known.filter { $0.isUsual && absence(of: $0, score) == nil }.map {
                ($0, header.parameters.wantsBinary)
            }
        }
        var outputs: [(output: ModelOutput, isBinary: Bool)] = []
        for asked in header.outputs {
            guard let output = known.first(where: { $0.name == asked.name }) else {
                throw .unknownTensor(kind: "output", name: asked.name, known: known.map(\.name))
            }
            if let reason = absence(of: output, score) { throw .noSuchOutput(output.name, reason: reason) }
            outputs.append((output, header.isBinary(asked)))
        }
        return outputs
    }

    /// Why a score does not have this output; nil where it does.
    private static func absence(of output: ModelOutput, _ score: Score) -> String? {
        let isWhole = score.settings.bound == .importanceWeighted
        switch output.part {
        case .score(.score): return nil
        case .score(_) where isWhole, .contributions where isWhole: return "bound 'iw' has no parts"
        case .score(let field) where field.needsVerdict && score.verdict == nil:
            return "scores with these parameters are not those of the calibration"
        case .score, .contributions, .mean, .sigma, .draw, .latent: return nil
        }
    }

    private mutating func add(
        _ verb: Route.Verb, _ settings: ScoreSettings, _ drawSeed: UInt64?, _ options: inout RequestOptions
    ) throws(ServiceError) {
        let draws = outputs.contains { $0.output.operation == verb && $0.output.part == .draw }
        let chosen = draws ? drawSeed ?? OperationPlan.anySeed() : nil
        switch verb {
        case .encode: operations.append((verb, .encode(drawSeed: chosen)))
        case .decode: operations.append((verb, .decode(drawSeed: chosen)))
        case .reconstruct: operations.append((verb, .reconstruct))
        case .score: operations.append((verb, .score(settings)))
        case .sample: operations.append((verb, try Self.sample(seed: drawSeed, &options)))
        case .interpolate: preconditionFailure("no output is a path")
        }
        switch operations.last?.operation {
        case .sample(let seed, _, _): self.seed = seed
        case .score(let settings): seed = seed ?? settings.seed
        default: seed = chosen ?? seed
        }
    }

    private static func sample(seed: UInt64?, _ options: inout RequestOptions) throws(ServiceError) -> Operation {
        let offset = try options.uint64("offset") ?? 0
        let temperature = try options.fields?.float("temperature", in: 0...100) ?? 1
        return .sample(seed: seed ?? OperationPlan.anySeed(), offset: offset, temperature: temperature)
    }

    // MARK: Limits

    /// - Throws: `ServiceError.tooLarge` for more than one answer should hold, or one request should cost.
    func checkSize(rows: Int) throws(ServiceError) {
        let numbers = outputs.reduce(0) { $0 + $1.output.side }
        guard rows * numbers <= OperationRequest.mostNumbers else {
            throw .tooLarge(what: "rows in one request", limit: OperationRequest.mostNumbers / numbers, got: rows)
        }
        for case (_, .score(let settings)) in operations {
            let passes = rows * max(1, settings.samples)
            guard passes <= OperationRequest.mostPasses else {
                throw .tooLarge(what: "rows × samples", limit: OperationRequest.mostPasses, got: passes)
            }
        }
    }
}
