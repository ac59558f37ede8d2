import Answers
import Calibration
import Inference
import Pictures
import RecordIO
import Records
import VAE

/// What a request asks of a model, but for its records.
struct OperationPlan: Sendable {
    let model: ServedModel
    let operation: Operation
    /// The seed used, where the answer depends on one.
    private(set) var seed: UInt64?
    private(set) var verdict: Verdict?
    /// Whether a sample's means are wanted beside its draws; in a picture instead of them.
    private(set) var wantsMeans = false
    /// Which points lie between two codes.
    private(set) var path: LatentPath?
    /// Of an answer that is a picture.
    private(set) var picture: AnswerPicture?
    /// Of an answer that is an array.
    private(set) var array: AnswerArray?
    private(set) var policy = FaultPolicy.stop
    /// The caller's column that names records, if the caller said which.
    private(set) var idColumn: String?
    /// What rows are conditioned on; `none` where records hold their level themselves.
    private(set) var conditions = RowConditions.none

    /// - Parameter form: of the answer.
    init(
        _ verb: Route.Verb, _ model: ServedModel, _ form: MediaForm, _ options: inout RequestOptions
    ) throws(ServiceError) {
        switch verb {
        case .encode: self = try .encode(model, &options)
        case .decode: self = try .decode(model, &options)
        case .interpolate: self = try .interpolate(model, &options)
        case .reconstruct: self.init(model, .reconstruct)
        case .score: self = try .score(model, &options)
        case .sample: self = try .sample(model, &options)
        }
        conditions = try Self.conditions(verb, model.model, &options)
        if verb.takesRecords { try takeRecordOptions(&options) }
        if model.model.pictureShape != nil, verb.hasPictures { try takePictureOptions(form, &options) }
        try takeArrayOptions(verb.arrays(model.model), form, &options)
    }

    private init(_ model: ServedModel, _ operation: Operation, seed: UInt64? = nil) {
        (self.model, self.operation, self.seed) = (model, operation, seed)
    }

    // MARK: One function for each verb

    private static func encode(_ model: ServedModel, _ options: inout RequestOptions) throws(ServiceError) -> Self {
        // Whoever scores with "samples": 0 will say so here too.
        let isCounted = try options.fields?.int("samples", in: 0...1) == 1
        let seed = try drawSeed(&options, flag: "sample", isWanted: isCounted)
        return OperationPlan(model, .encode(drawSeed: seed), seed: seed)
    }

    private static func decode(_ model: ServedModel, _ options: inout RequestOptions) throws(ServiceError) -> Self {
        let seed = try drawSeed(&options, flag: "draw")
        return OperationPlan(model, .decode(drawSeed: seed), seed: seed)
    }

    private static func interpolate(
        _ model: ServedModel, _ options: inout RequestOptions
    ) throws(ServiceError) -> Self {
        let steps = try options.int("steps", in: LatentPath.stepRange) ?? LatentPath.usualSteps
        let method = try options.choice("method", of: LatentPath.Method.self) ?? .linear
        var plan = OperationPlan(model, .path)
        plan.path = LatentPath(steps: steps, method: method)
        return plan
    }

    private static func sample(_ model: ServedModel, _ options: inout RequestOptions) throws(ServiceError) -> Self {
        guard !model.model.network.architecture.isDeterministic else { throw .noPrior(model: model.name) }
        let seed = try options.fields?.uint64("seed") ?? anySeed()
        let offset = try options.fields?.uint64("offset") ?? 0
        let temperature = try options.fields?.float("temperature", in: 0...100) ?? 1
        let operation = Operation.sample(seed: seed, offset: offset, temperature: temperature)
        var plan = OperationPlan(model, operation, seed: seed)
        plan.wantsMeans = try options.fields?.bool("mean") ?? false
        return plan
    }

    private static func score(_ model: ServedModel, _ options: inout RequestOptions) throws(ServiceError) -> Self {
        let asked = try ScoreOptions(model, &options)
        var plan = OperationPlan(model, .score(asked.settings), seed: asked.settings.seed)
        plan.verdict = try asked.verdict()
        return plan
    }

    /// The seed of draws, if the flag asks for draws. In a JSON body only: a draw depends on the row's place in the request,
    /// which the batches of a table do not keep.
    private static func drawSeed(
        _ options: inout RequestOptions, flag: String, isWanted: Bool = false
    ) throws(ServiceError) -> UInt64? {
        let isFlagged = try options.fields?.bool(flag) ?? false
        let seed = try options.fields?.uint64("seed")
        return isFlagged || isWanted ? seed ?? anySeed() : nil
    }

    /// Below 2⁵³, so that every JSON reader can give it back exactly.
    static func anySeed() -> UInt64 { UInt64.random(in: 0..<1 << 53) }

    // MARK: Pictures

    /// They are known whatever the form of the answer, so that a request means the same under any Accept.
    private mutating func takePictureOptions(
        _ form: MediaForm, _ options: inout RequestOptions
    ) throws(ServiceError) {
        let scale = try options.int("scale", in: PictureGrid.scales) ?? 1
        guard form == .png else { return }
        picture = AnswerPicture(model.model, operation, scale: scale, wantsMeans: wantsMeans)
    }

    // MARK: Arrays

    /// As those of pictures, known whatever the form of the answer.
    ///
    /// - Parameter known: what such an answer may be, the usual one first.
    private mutating func takeArrayOptions(
        _ known: [AnswerArray.Output], _ form: MediaForm, _ options: inout RequestOptions
    ) throws(ServiceError) {
        guard let usual = known.first else { return }
        let asked = try options.choice("output", among: known)
        guard form.isArray else { return }
        guard policy == .stop else {
            throw .badField("on_error", expected: "'stop' where the answer is an array", got: "'\(policy.rawValue)'")
        }
        array = AnswerArray(asked ?? usual, operation, verdict: verdict)
        guard array == nil else { return }
        let there = known.filter { AnswerArray($0, operation, verdict: verdict) != nil }
        let words = there.map { "'\($0.rawValue)'" }.joined(separator: ", ")
        throw .badField("output", expected: "one of \(words) in this request", got: "'\((asked ?? usual).rawValue)'")
    }

    // MARK: Records

    private mutating func takeRecordOptions(_ options: inout RequestOptions) throws(ServiceError) {
        policy = try options.choice("on_error", of: FaultPolicy.self) ?? .stop
        let schema = model.model.schema
        idColumn = try options.text("id") { name throws(ServiceError) in
            guard let schema, !RecordReading.canNameRecords(name, schema) else { return }
            throw .badField("id", expected: "a column that is not one of the model's", got: "'\(name)'")
        }
    }

    /// How records are read; nil for a model of plain vectors.
    var reading: RecordReading? {
        guard let schema = holdsLevels ? model.model.labelledSchema : model.model.schema else { return nil }
        return RecordReading(
            schema, idColumn: idColumn, keepsObserved: tellsObserved, policy: policy, endsInLevel: holdsLevels)
    }

    /// Whether the answer shows cells as they came.
    private var tellsObserved: Bool {
        switch operation {
        case .reconstruct: true
        case .score(let settings): settings.explains
        case .encode, .decode, .path, .sample: false
        }
    }

    // MARK: Limits

    /// Numbers of the answer to one row.
    var numbersPerRow: Int {
        let (record, latent) = (model.model.recordDimension, model.model.network.latentDimension)
        switch operation {
        case .encode: return 3 * latent
        case .decode: return 2 * record
        case .path: return record + latent
        case .reconstruct: return model.model.schema == nil ? record : 3 * record
        case .sample: return 2 * record + latent
        case .score(let settings): return settings.explains ? 8 + 4 * record : 8
        }
    }

    /// Passes through the decoder for one row.
    var passesPerRow: Int {
        guard case .score(let settings) = operation else { return 1 }
        return max(1, settings.samples)
    }
}
