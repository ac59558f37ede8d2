import Inference
import JSON
import Kernels
import VAE

/// A request to a model, parsed and checked as far as it can be without computing.
struct OperationRequest {
    let operation: Operation
    /// `[rows, …]`; without columns for `sample`.
    let input: Matrix<Float>
    /// The seed used, where the answer depends on one.
    let seed: UInt64?
    /// Whether a sample's means are wanted beside its draws.
    var wantsMeans = false

    /// Rows of one request, and the numbers of one answer.
    static let mostRows = 65_536
    static let mostNumbers = 1 << 23
    /// Decoder passes of one score.
    static let mostPasses = 1 << 20

    init(_ verb: Route.Verb, _ body: [UInt8], model: ServedModel) throws(ServiceError) {
        let document: JSONDocument
        do {
            document = try JSONDocument(body)
        } catch {
            throw ServiceError(error, columnName: String.init)
        }
        var fields = try RequestFields(document.root)
        switch verb {
        case .encode: self = try Self.encode(&fields, model)
        case .decode: self = try Self.decode(&fields, model)
        case .reconstruct: self = try Self.reconstruct(&fields, model)
        case .sample: self = try Self.sample(&fields, model)
        case .score: self = try Self.score(&fields, model)
        }
        try fields.finish()
    }

    private init(_ operation: Operation, _ input: Matrix<Float>, seed: UInt64?) {
        (self.operation, self.input, self.seed) = (operation, input, seed)
    }

    // MARK: One function for each verb

    private static func encode(_ fields: inout RequestFields, _ model: ServedModel) throws(ServiceError) -> Self {
        let input = try records(&fields, model)
        try checkAnswer(rows: input.rows, numbers: 3 * model.model.network.latentDimension)
        let seed = try drawSeed(&fields, flag: "sample")
        return OperationRequest(.encode(drawSeed: seed), input, seed: seed)
    }

    private static func decode(_ fields: inout RequestFields, _ model: ServedModel) throws(ServiceError) -> Self {
        guard let latents = try fields.element("latents") else { throw .missingField(["latents"]) }
        let width = model.model.network.latentDimension
        let input = try matrix(latents, width: width, columnName: String.init)
        try checkAnswer(rows: input.rows, numbers: 2 * model.model.network.inputDimension)
        let seed = try drawSeed(&fields, flag: "draw")
        return OperationRequest(.decode(drawSeed: seed), input, seed: seed)
    }

    private static func reconstruct(
        _ fields: inout RequestFields, _ model: ServedModel
    ) throws(ServiceError) -> Self {
        let input = try records(&fields, model)
        try checkAnswer(rows: input.rows, numbers: model.model.network.inputDimension)
        return OperationRequest(.reconstruct, input, seed: nil)
    }

    private static func score(_ fields: inout RequestFields, _ model: ServedModel) throws(ServiceError) -> Self {
        let input = try records(&fields, model)
        let samples = try fields.int("samples", in: 0...Operation.mostSamples) ?? model.model.scoreSamples
        let seed = try fields.uint64("seed") ?? model.model.scoreSeed
        guard input.rows * samples <= mostPasses else {
            throw .tooLarge(what: "rows × samples", limit: mostPasses, got: input.rows * samples)
        }
        let noise = samples * model.model.network.latentDimension
        guard noise <= mostNumbers else {
            throw .tooLarge(what: "samples × latent dimension", limit: mostNumbers, got: noise)
        }
        return OperationRequest(.score(ScoreSettings(samples: samples, seed: seed)), input, seed: seed)
    }

    private static func sample(_ fields: inout RequestFields, _ model: ServedModel) throws(ServiceError) -> Self {
        let count = try fields.int("count", in: 1...mostRows) ?? 1
        let seed = try fields.uint64("seed") ?? anySeed()
        let offset = try fields.uint64("offset") ?? 0
        let temperature = try fields.float("temperature", in: 0...100) ?? 1
        let wantsMeans = try fields.bool("mean")
        let network = model.model.network
        try checkAnswer(rows: count, numbers: 2 * network.inputDimension + network.latentDimension)
        let operation = Operation.sample(seed: seed, offset: offset, temperature: temperature)
        var request = OperationRequest(operation, Matrix(rows: count, columns: 0), seed: seed)
        request.wantsMeans = wantsMeans
        return request
    }

    /// The seed of draws, if the flag asks for draws.
    private static func drawSeed(_ fields: inout RequestFields, flag: String) throws(ServiceError) -> UInt64? {
        let wanted = try fields.bool(flag)
        let seed = try fields.uint64("seed")
        return wanted ? seed ?? anySeed() : nil
    }

    /// Below 2⁵³, so that every JSON reader can give it back exactly.
    private static func anySeed() -> UInt64 { UInt64.random(in: 0..<1 << 53) }

    private static func checkAnswer(rows: Int, numbers: Int) throws(ServiceError) {
        guard rows * numbers <= mostNumbers else {
            throw .tooLarge(what: "rows in one request", limit: mostNumbers / numbers, got: rows)
        }
    }

    // MARK: Records

    private static func records(
        _ fields: inout RequestFields, _ model: ServedModel
    ) throws(ServiceError) -> Matrix<Float> {
        let (inputs, records) = (try fields.element("inputs"), try fields.element("records"))
        let width = model.model.recordDimension
        switch (inputs, records) {
        case (let inputs?, nil): return try matrix(inputs, width: width, columnName: model.columnName)
        case (nil, let records?): return try NamedRecords(model).matrix(records)
        case (nil, nil): throw .missingField(["inputs", "records"])
        case (_?, _?): throw .badField("records", expected: "absent where 'inputs' is given", got: "both")
        }
    }

    private static func matrix(
        _ element: JSONElement, width: Int, columnName: (Int) -> String
    ) throws(ServiceError) -> Matrix<Float> {
        let parsed: JSONMatrix
        do {
            parsed = try element.floats(columns: width)
        } catch {
            throw ServiceError(error, columnName: columnName)
        }
        try checkRows(parsed.rows)
        return Matrix(parsed.values, rows: parsed.rows, columns: parsed.columns)
    }

    static func checkRows(_ rows: Int) throws(ServiceError) {
        guard rows <= mostRows else { throw .tooLarge(what: "rows in one request", limit: mostRows, got: rows) }
    }
}
