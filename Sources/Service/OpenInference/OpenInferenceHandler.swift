import Dispatch
import HTTPServer
import Inference
import JSON
import Kernels

/// Answers the paths of the Open Inference Protocol.
struct OpenInferenceHandler: Sendable {
    let registry: ModelRegistry
    /// nil where clients may not load and unload models.
    let loader: ModelLoader?
    let logging: LoggingSettings
    let timeout: Duration
    /// Of a body, unpacked.
    let maxBodyBytes: Int
    let parsing = ParsingQueue()
    /// Of the server.
    let version: String

    init(
        _ registry: ModelRegistry, _ loader: ModelLoader? = nil, _ logging: LoggingSettings = LoggingSettings(),
        timeout: Duration, maxBodyBytes: Int = 64 << 20, version: String
    ) {
        self.maxBodyBytes = maxBodyBytes
        (self.registry, self.loader, self.logging) = (registry, loader, logging)
        (self.timeout, self.version) = (timeout, version)
    }

    /// - Parameter isReady: whether the server takes requests, and goes on to do so.
    func answer(
        _ route: OpenInferenceRoute, _ request: HTTPRequest, isReady: Bool
    ) throws(ServiceError) -> HTTPAnswer {
        switch route {
        case .server: return .now(.json(serverBody()))
        case .live: return .now(.json(Array(#"{"live":true}"#.utf8)))
        case .ready:
            guard isReady else { throw .draining }
            return .now(.json(Array(#"{"ready":true,"live":true}"#.utf8)))
        case .models: return .now(.json(modelsBody()))
        case .model(let reference): return .now(.json(metadataBody(try find(reference))))
        case .modelReady(let reference): return .now(.json(readyBody(try find(reference))))
        case .configuration(let reference): return .now(.json(try configurationBody(find(reference))))
        case .statistics(let reference): return .now(.json(try statisticsBody(reference)))
        case .infer(let reference): return try infer(find(reference), request)
        case .generate: throw .notOffered("the generate extension")
        case .index: return .now(.json(try indexBody(request.body)))
        case .load(let name): return try load(name, request.body)
        case .unload(let name): return try unload(name, request.body)
        case .logging:
            if request.method == "POST", loader == nil { throw .notManaged }
            if request.method == "POST", let fields = try Self.fields(request.body) { try logging.update(fields) }
            return .now(.json(logging.body()))
        }
    }

    // MARK: Inference

    private func infer(_ model: ServedModel, _ request: HTTPRequest) throws(ServiceError) -> HTTPAnswer {
        let account = RequestAccount(model)
        request.note(account)
        try Self.checkContent(request)
        let isPacked = try ContentCoding(request) == .compressed
        if isPacked || request.body.count > ParsingQueue.mostBytesInPlace {
            return .later { [self] reply in
                let count = request.body.count
                let bytes = isPacked ? ContentCoding.mostBytes(unpacking: count, limit: maxBodyBytes) : count
                parsing.async(bytes: bytes) { [self] in
                    if reply.isCancelled { return }
                    parse(model, request, account, isPacked: isPacked, reply)
                }
            }
        }
        let parsed = try Self.parsed(model, request, account)
        guard isSoonDone(parsed) else { return .later { [self] reply in submit(parsed, account, reply) } }
        return .soon { [self] reply, round in
            let work = round.work(for: model.engine) { RoundJobs(model.engine) }
            jobs(parsed, account, reply).forEach(work.add)
        }
    }

    private func isSoonDone(_ request: InferRequest) -> Bool {
        let (engine, rows) = (request.plan.model.engine, request.source.input.rows)
        return request.plan.operations.allSatisfy { engine.place(for: $0.operation, rows: rows) != .worker }
    }

    private static func parsed(
        _ model: ServedModel, _ request: HTTPRequest, _ account: RequestAccount
    ) throws(ServiceError) -> InferRequest {
        try account.measure(.parse) { () throws(ServiceError) in try InferRequest(model, request) }
    }

    private func parse(
        _ model: ServedModel, _ request: HTTPRequest, _ account: RequestAccount, isPacked: Bool, _ reply: HTTPReply
    ) {
        do {
            var request = request
            if isPacked {
                request.body = try account.measure(.parse) { () throws(ServiceError) in
                    try ContentCoding.unpacked(request.body, limit: maxBodyBytes)
                }
            }
            submit(try Self.parsed(model, request, account), account, reply)
        } catch {
            reply.send(HTTPResponse(openInference: error))
        }
    }

    private func submit(_ request: InferRequest, _ account: RequestAccount, _ reply: HTTPReply) {
        jobs(request, account, reply).forEach(request.plan.model.engine.submit)
    }

    private func jobs(_ request: InferRequest, _ account: RequestAccount, _ reply: HTTPReply) -> [InferenceJob] {
        account.addRows(request.source.rows.rows)
        let wished = [request.header.parameters.timeout, request.patience].compactMap(\.self).min()
        if let wished { reply.limit(to: wished) }
        return PendingInference(request, account, reply).jobs(deadline: .now + min(wished ?? timeout, timeout))
    }

    /// Names under which JSON and tensors come; `curl -d` and `--data-binary` say that they send a form.
    private static let contentTypes = [
        "application/json", "application/octet-stream", "application/x-www-form-urlencoded", "text/plain", "text/json",
    ]

    private static func checkContent(_ request: HTTPRequest) throws(ServiceError) {
        guard let type = request.header("Content-Type"), type != "application/json" else { return }
        guard contentTypes.contains(MediaType(type).name) else { throw .noTensors(contentType: type) }
    }

    // MARK: Models

    /// - Throws: as `ModelRegistry.find`; `ServiceError.notReady` for a model that is known and not served.
    private func find(_ reference: ModelReference) throws(ServiceError) -> ServedModel {
        do {
            return try registry.find(reference)
        } catch {
            let name = registry.resolve(reference.name)
            let known = registry.entries.last { entry in
                entry.model == nil && entry.id.name == name
                    && (reference.version == nil || entry.id.version == reference.version)
            }
            guard let known else { throw error }
            throw .notReady(model: known.id.name, state: known.state, reason: known.reason)
        }
    }

    private func metadataBody(_ model: ServedModel) -> [UInt8] {
        let versions = registry.models.filter { $0.name == model.name }.map(\.version)
        var writer = JSONWriter()
        model.writeMetadata(versions: versions, to: &writer)
        return writer.bytes
    }

    private func configurationBody(_ model: ServedModel) throws(ServiceError) -> [UInt8] {
        var writer = JSONWriter()
        do {
            try model.writeConfiguration(to: &writer)
        } catch {
            throw .unprintableAnswer
        }
        return writer.bytes
    }

    private func readyBody(_ model: ServedModel) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.key("name")
            writer.string(model.name)
            writer.key("ready")
            writer.bool(true)
        }
        return writer.bytes
    }

    private func modelsBody() -> [UInt8] {
        let names = registry.models.map(\.name)
        var writer = JSONWriter()
        writer.object { writer in
            writer.key("models")
            writer.array { writer in
                for (place, name) in names.enumerated() where place == 0 || names[place - 1] != name {
                    writer.string(name)
                }
            }
        }
        return writer.bytes
    }

    private func statisticsBody(_ reference: ModelReference) throws(ServiceError) -> [UInt8] {
        var models = registry.models
        if reference.name != nil {
            let model = try find(reference)
            models = models.filter { reference.version == nil ? $0.name == model.name : $0.id == model.id }
        }
        let now = (instant: ContinuousClock.now, milliseconds: WallClock.milliseconds())
        var writer = JSONWriter()
        writer.object { writer in
            writer.key("model_stats")
            writer.array { writer in
                for model in models { ModelStatistics(model, now: now).write(to: &writer) }
            }
        }
        return writer.bytes
    }

    // MARK: The server

    private static let extensions = [
        "binary_tensor_data", "model_repository", "model_repository(unload_dependents)", "statistics",
        "schedule_policy",
        "parameters", "model_configuration", "logging",
    ]

    private func serverBody() -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.key("name")
            writer.string("elbo")
            writer.key("version")
            writer.string(version)
            writer.key("extensions")
            writer.array { writer in for name in Self.extensions { writer.string(name) } }
        }
        return writer.bytes
    }

    /// The members of a body that may be empty.
    static func fields(_ body: [UInt8]) throws(ServiceError) -> RequestFields? {
        guard !body.isEmpty else { return nil }
        let root: JSONElement
        do throws(JSONError) {
            root = try JSONDocument(body).root
        } catch {
            throw ServiceError(error, columnName: String.init)
        }
        return try RequestFields(root)
    }
}
