import DataFiles
import Dispatch
import HTTPServer
import Inference
import JSON
import Kernels
import Locking
import Synchronization
import VAE

/// Turns a request into an answer; called on the HTTP server's threads, so it parses what is small and hands on the rest.
final class RequestHandler: Sendable {
    private let registry: ModelRegistry
    private let timeout: Duration
    /// A table of more bytes is answered while it arrives; one of fewer is held and costs no thread while its client is slow.
    private let mostBytesHeld: Int
    private let maxBodyBytes: Int
    private let maxStreamedBytes: Int
    /// nil where anybody may ask.
    private let access: AccessControl?
    private let crossOrigin: CrossOrigin
    private let isDraining = Atomic<Bool>(false)

    private let parsing: ParsingQueue
    private let openInference: OpenInferenceHandler
    private let metrics: ServiceMetrics

    /// - Parameters:
    ///   - maxBodyBytes: of a body that is held.
    ///   - maxStreamedBytes: of a body that is answered while it arrives, unpacked.
    init(
        _ registry: ModelRegistry, _ openInference: OpenInferenceHandler, timeout: Duration,
        maxBodyBytes: Int = 1 << 20, maxStreamedBytes: Int = 16 << 30,
        metrics: ServiceMetrics = ServiceMetrics(), access: AccessControl? = nil,
        crossOrigin: CrossOrigin = CrossOrigin([])
    ) {
        (self.maxBodyBytes, self.maxStreamedBytes) = (maxBodyBytes, maxStreamedBytes)
        (self.access, self.crossOrigin) = (access, crossOrigin)
        (self.registry, self.openInference, self.timeout) = (registry, openInference, timeout)
        self.metrics = metrics
        parsing = openInference.parsing
        mostBytesHeld = min(maxBodyBytes, 1 << 20)
    }

    /// From now on `readyz` says no.
    func beginDrain() {
        isDraining.store(true, ordering: .relaxed)
    }

    func answer(_ request: HTTPRequest) -> HTTPAnswer {
        do throws(ServiceError) {
            let route = try route(request)
            if request.method == "OPTIONS" {
                return .now(HTTPResponse(status: 204, headers: [("Allow", route.allowed)]))
            }
            return try answer(route, request)
        } catch {
            return .now(HTTPResponse(error, ErrorForm(segments: request.segments)))
        }
    }

    private func route(_ request: HTTPRequest) throws(ServiceError) -> Route {
        guard let route = Route(segments: request.segments) else { throw ServiceError.unknownPath(request.path) }
        guard route.takes(request.method) else {
            throw .methodNotAllowed(request.method, allowed: route.allowed)
        }
        return route
    }

    private func answer(_ route: Route, _ request: HTTPRequest) throws(ServiceError) -> HTTPAnswer {
        switch route {
        case .index: return .now(index(request))
        case .live: return .now(.json(Array("{\"status\":\"live\"}\n".utf8)))
        case .ready: return .now(ready())
        case .metrics: return metrics.answer(registry)
        case .openAPI: return tell { [registry] in OpenAPIDocument(registry).response }
        case .docs: return tell { [registry] in DocsPage(registry, host: request.header("Host")).response }
        case .modelDocs(let reference): return .now(DocsPage.redirect(to: try registry.find(reference), in: registry))
        case .models: return .now(.json(registry.listBody()))
        case .model(let reference): return .now(.json(try detailsBody(registry.find(reference))))
        case .drift(let reference): return .now(.json(try registry.find(reference).driftBody()))
        case .operation(let verb, let reference):
            return try answer(OperationHead(verb, registry.find(reference), request), request.body)
        case .openInference(let route):
            return try openInference.answer(route, request, isReady: !isDraining.load(ordering: .relaxed))
        }
    }

    /// Off the server's threads: there may be many models.
    private func tell(_ response: @escaping @Sendable () -> HTTPResponse) -> HTTPAnswer {
        .later { [self] reply in
            parsing.async(bytes: 0) { reply.send(response()) }
        }
    }

    // MARK: Operations

    private func answer(_ head: OperationHead, _ body: [UInt8]) throws(ServiceError) -> HTTPAnswer {
        if head.coding == .compressed { return answerPacked(head, body) }
        if head.bodyForm.isTable { return try answerTable(head, body) }
        if body.count > ParsingQueue.mostBytesInPlace || isLargePicture(head) {
            return .later { [self] reply in
                parsing.async(bytes: body.count) { [self] in parse(head, body, reply) }
            }
        }
        return answer(head, try Self.parsed(head, body))
    }

    /// On one of the server's threads: what is computed sooner than another thread wakes up is computed here.
    private func answer(_ head: OperationHead, _ request: OperationRequest) -> HTTPAnswer {
        switch head.model.engine.place(for: request.operation, rows: request.input.rows) {
        case .here where !request.isPathOfRecords: return .now(computed(request, head))
        case .here, .hereTogether:
            return .soon { [self] reply, round in
                let job = job(request, head, reply)
                round.work(for: head.model.engine) { RoundJobs(head.model.engine) }.add(job)
            }
        case .worker: return .later { [self] reply in submit(request, head, reply) }
        }
    }

    /// Computed on this thread.
    private func computed(_ request: OperationRequest, _ head: OperationHead) -> HTTPResponse {
        head.account.addRows(request.rows)
        let answer = Locked<HTTPResponse?>(nil)
        let job = InferenceJob(
            request.operation, input: request.input, model: head.model.model,
            deadline: .now + min(head.patience ?? timeout, timeout), times: head.account.times
        ) { result in
            let response = Self.response(result, request, head)
            answer.withLock { $0 = response }
        }
        head.model.engine.compute([job])
        return answer.withLock { $0 } ?? HTTPResponse(ServiceError.unprintableAnswer)
    }

    /// Off the server's threads: few bytes may be many.
    private func answerPacked(_ head: OperationHead, _ body: [UInt8]) -> HTTPAnswer {
        .later { [self] reply in
            let most = ContentCoding.mostBytes(unpacking: body.count, limit: maxBodyBytes)
            parsing.async(bytes: head.bodyForm.isTable ? body.count : most) { [self] in
                if reply.isCancelled { return }
                do throws(ServiceError) {
                    if head.bodyForm.isTable {
                        let source = GzipBytes(ArrayBytes(body), limit: maxStreamedBytes, takesZlib: true)
                        reply.send(response(head, try head.tablePlan(), source) { reply.isCancelled })
                    } else {
                        let unpacked = try head.account.measure(.parse) { () throws(ServiceError) in
                            try ContentCoding.unpacked(body, limit: maxBodyBytes)
                        }
                        parse(head, unpacked, reply)
                    }
                } catch {
                    reply.send(HTTPResponse(error))
                }
            }
        }
    }

    /// Few bytes may be many pixels.
    private func isLargePicture(_ head: OperationHead) -> Bool {
        head.bodyForm == .png && head.model.model.recordDimension > ParsingQueue.mostBytesInPlace
    }

    private static func parsed(_ head: OperationHead, _ body: [UInt8]) throws(ServiceError) -> OperationRequest {
        try head.account.measure(.parse) { () throws(ServiceError) in
            try OperationRequest(head, body)
        }
    }

    private func parse(_ head: OperationHead, _ body: [UInt8], _ reply: HTTPReply) {
        if reply.isCancelled { return }
        do {
            submit(try Self.parsed(head, body), head, reply)
        } catch {
            reply.send(HTTPResponse(error))
        }
    }

    private func answerTable(_ head: OperationHead, _ body: [UInt8]) throws(ServiceError) -> HTTPAnswer {
        let plan = try head.tablePlan()
        if body.count <= ParsingQueue.mostBytesInPlace {
            let parsed = try head.account.measure(.parse) { () throws(ServiceError) in
                try OperationRequest(plan, head.bodyForm, table: body)
            }
            if !parsed.isHeavy { return answer(head, parsed) }
        }
        return .later { [self] reply in
            parsing.async(bytes: body.count) { [self] in
                if reply.isCancelled { return }
                reply.send(response(head, plan, ArrayBytes(body)) { reply.isCancelled })
            }
        }
    }

    private func submit(_ request: OperationRequest, _ head: OperationHead, _ reply: HTTPReply) {
        head.model.engine.submit(job(request, head, reply))
    }

    private func job(_ request: OperationRequest, _ head: OperationHead, _ reply: HTTPReply) -> InferenceJob {
        head.account.addRows(request.rows)
        if let patience = head.patience { reply.limit(to: patience) }
        return Self.job(request, head, reply, deadline: .now + min(head.patience ?? timeout, timeout))
    }

    private static func job(
        _ request: OperationRequest, _ head: OperationHead, _ reply: HTTPReply, deadline: ContinuousClock.Instant
    ) -> InferenceJob {
        InferenceJob(
            request.operation, input: request.input, model: head.model.model, deadline: deadline,
            times: head.account.times, isCancelled: { reply.isCancelled }
        ) { result in
            if case .success(let output) = result, let next = request.next(output) {
                head.model.engine.submit(job(next, head, reply, deadline: deadline))
            } else {
                reply.send(response(result, request, head))
            }
        }
    }

    private static func response(
        _ result: Result<InferenceOutput, InferenceError>, _ request: OperationRequest, _ head: OperationHead
    ) -> HTTPResponse {
        switch result {
        case .failure(let error):
            return HTTPResponse(
                ServiceError(
                    error, in: request.batch, firstRow: request.firstRow, columnName: head.model.columnName))
        case .success(let output):
            head.model.observe(output, of: request.plan.operation)
            do {
                let bytes = try head.account.measure(.print) { () throws(JSONError) in
                    try request.answer(output, head.answer.form)
                }
                return HTTPResponse(head.answer, .bytes(bytes), shape: request.shape(output))
            } catch {  // a number that is not finite, which the runner lets nobody see
                return HTTPResponse(ServiceError.unprintableAnswer)
            }
        }
    }

    // MARK: Long tables

    /// How the body of a request is to be taken in, from what its header says, if it is to be taken at all.
    func intake(_ request: HTTPRequest) -> HTTPIntake {
        if let answer = crossOrigin.preflight(request) { return .refuse(answer) }
        do throws(ServiceError) {
            try crossOrigin.checkManagement(request)
            try access?.admit(request)
        } catch {
            return .refuse(HTTPResponse(error, ErrorForm(segments: request.segments)))
        }
        guard request.method == "POST", isLong(request), let type = request.header("Content-Type"),
            (try? MediaForm(contentType: type))?.isTable == true
        else { return .collect }
        do throws(ServiceError) {
            guard case .operation(let verb, let reference) = try route(request) else { return .collect }
            let head = try OperationHead(verb, registry.find(reference), request)
            let plan = try head.tablePlan()
            return .stream { [self] body, reply in answer(head, plan, body, reply) }
        } catch {
            return .refuse(HTTPResponse(error, ErrorForm(segments: request.segments)))
        }
    }

    private func isLong(_ request: HTTPRequest) -> Bool {
        if request.header("Transfer-Encoding") != nil { return true }
        return request.header("Content-Length").flatMap { Int($0) } ?? 0 > mostBytesHeld
    }

    /// On a thread of its own.
    private func answer(_ head: OperationHead, _ plan: OperationPlan, _ body: HTTPRequestBody, _ reply: HTTPReply) {
        if let patience = head.patience { reply.limit(to: patience) }
        let source = HTTPBodySource(body)
        let unpacked: any ByteSource =
            head.coding == .identity ? source : GzipBytes(source, limit: maxStreamedBytes, takesZlib: true)
        let response = response(head, plan, unpacked) { reply.isCancelled }
        // A body that broke off is no shorter table: whoever still listens is told by the server.
        if source.failure == nil { reply.send(response) }
    }

    private func response(
        _ head: OperationHead, _ plan: OperationPlan, _ source: any ByteSource,
        isCancelled: @escaping @Sendable () -> Bool
    ) -> HTTPResponse {
        let stream = TableStream(
            plan, head.bodyForm, head.answer.form, head.account, timeout: timeout, isCancelled: isCancelled)
        let (statistics, began) = (head.model.engine.statistics, ContinuousClock.now)
        do {
            let content = try stream.run(source)
            statistics.countRequest(hasFailed: false, since: began)
            return HTTPResponse(head.answer, content)
        } catch {
            statistics.countRequest(hasFailed: true, since: began)
            return HTTPResponse(error)
        }
    }

    // MARK: What is there

    private func ready() -> HTTPResponse {
        if isDraining.load(ordering: .relaxed) { return HTTPResponse(ServiceError.draining) }
        return .json(Array("{\"status\":\"ready\"}\n".utf8))
    }

    private func detailsBody(_ model: ServedModel) throws(ServiceError) -> [UInt8] {
        var writer = JSONWriter()
        do {
            try model.writeDetails(to: &writer)
        } catch {
            throw .unprintableAnswer
        }
        return writer.bytes + [UInt8(ascii: "\n")]
    }

    /// A browser is sent to the page.
    private func index(_ request: HTTPRequest) -> HTTPResponse {
        guard AcceptRange.prefers("text/html", to: "application/json", in: request.header("Accept")) else {
            var list = HTTPResponse.json(Self.index)
            list.headers.append(("Vary", "Accept"))
            return list
        }
        return DocsPage.redirect()
    }

    private static let index: [UInt8] = {
        var writer = JSONWriter(layout: .indented)
        writer.object { writer in
            writer.key("service")
            writer.string("elbo")
            writer.key("endpoints")
            writer.array { writer in
                for (method, path) in Route.templates where path != "/" { writer.string("\(method) \(path)") }
            }
        }
        return writer.bytes + [UInt8(ascii: "\n")]
    }()
}
