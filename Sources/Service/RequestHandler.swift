import Dispatch
import HTTPServer
import Inference
import JSON
import ModelStorage
import Synchronization

/// Turns a request into an answer; called on the HTTP server's threads, so it parses what is small and hands on the rest.
final class RequestHandler: Sendable {
    private let registry: ModelRegistry
    private let timeout: Duration
    private let isDraining = Atomic<Bool>(false)

    /// A larger body is parsed here, so that other connections of the thread are not kept waiting.
    private static let mostBytesParsedInPlace = 256 << 10
    private let parsing = DispatchQueue(label: "elbo.parsing", attributes: .concurrent)

    init(_ registry: ModelRegistry, timeout: Duration) {
        (self.registry, self.timeout) = (registry, timeout)
    }

    /// From now on `readyz` says no.
    func beginDrain() {
        isDraining.store(true, ordering: .relaxed)
    }

    func answer(_ request: HTTPRequest) -> HTTPAnswer {
        do throws(ServiceError) {
            guard let route = Route(segments: request.segments) else { throw ServiceError.unknownPath(request.path) }
            try check(request.method, route)
            if request.method == "OPTIONS" {
                return .now(HTTPResponse(status: 204, headers: [("Allow", route.allowed)]))
            }
            return try answer(route, request)
        } catch {
            return .now(HTTPResponse(error))
        }
    }

    private func check(_ method: String, _ route: Route) throws(ServiceError) {
        let isHead = method == "HEAD" && route.method == "GET"
        guard method == route.method || isHead || method == "OPTIONS" else {
            throw .methodNotAllowed(method, allowed: route.allowed)
        }
    }

    private func answer(_ route: Route, _ request: HTTPRequest) throws(ServiceError) -> HTTPAnswer {
        switch route {
        case .index: return .now(.json(Self.index))
        case .live: return .now(.json(Array("{\"status\":\"live\"}\n".utf8)))
        case .ready: return .now(ready())
        case .models: return .now(.json(listBody()))
        case .model(let name): return .now(.json(try detailsBody(find(name))))
        case .operation(let verb, let name):
            try Self.checkContentType(request)
            return try answer(verb, find(name), request)
        }
    }

    private func find(_ name: String?) throws(ServiceError) -> ServedModel {
        guard let model = registry[name] else {
            throw .unknownModel(name ?? "", known: registry.models.map(\.name))
        }
        return model
    }

    /// `curl -d` without a header says that it sends a form; that is meant as JSON here.
    private static func checkContentType(_ request: HTTPRequest) throws(ServiceError) {
        guard let header = request.header("Content-Type") else { return }
        let type = header.prefix { $0 != ";" }.lowercased().filter { $0 != " " }
        guard ["application/json", "application/x-www-form-urlencoded", "text/plain", "text/json"].contains(type)
        else { throw .unsupportedContentType(header) }
    }

    // MARK: Operations

    private func answer(
        _ verb: Route.Verb, _ model: ServedModel, _ request: HTTPRequest
    ) throws(ServiceError) -> HTTPAnswer {
        let body = request.body
        if body.count > Self.mostBytesParsedInPlace {
            return .later { [self] reply in
                parsing.async { [self] in parse(verb, body, for: model, reply) }
            }
        }
        let parsed = try OperationRequest(verb, body, model: model)
        return .later { [self] reply in submit(parsed, to: model, reply) }
    }

    private func parse(_ verb: Route.Verb, _ body: [UInt8], for model: ServedModel, _ reply: HTTPReply) {
        do {
            submit(try OperationRequest(verb, body, model: model), to: model, reply)
        } catch {
            reply.send(HTTPResponse(error))
        }
    }

    private func submit(_ request: OperationRequest, to model: ServedModel, _ reply: HTTPReply) {
        let answer = AnswerBody(request: request, modelName: model.name, version: model.version)
        let job = InferenceJob(
            request.operation, input: request.input, model: model.model, deadline: .now + timeout,
            isCancelled: { reply.isCancelled }
        ) { result in
            reply.send(Self.response(result, answer, model))
        }
        model.engine.submit(job)
    }

    private static func response(
        _ result: Result<InferenceOutput, InferenceError>, _ answer: AnswerBody, _ model: ServedModel
    ) -> HTTPResponse {
        switch result {
        case .failure(let error): return HTTPResponse(ServiceError(error, columnName: model.columnName))
        case .success(let output):
            do {
                return .json(try answer.bytes(output))
            } catch {  // a number that is not finite, which the runner lets nobody see
                return HTTPResponse(ServiceError.unprintableAnswer)
            }
        }
    }

    // MARK: What is there

    private func ready() -> HTTPResponse {
        if isDraining.load(ordering: .relaxed) { return HTTPResponse(ServiceError.draining) }
        return .json(Array("{\"status\":\"ready\"}\n".utf8))
    }

    private func listBody() -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.key("models")
            writer.array { writer in
                for model in registry.models {
                    model.writeSummary(isDefault: model.name == registry.defaultModel.name, to: &writer)
                }
            }
        }
        return writer.bytes + [UInt8(ascii: "\n")]
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

    private static let index: [UInt8] = {
        var writer = JSONWriter(layout: .indented)
        writer.object { writer in
            writer.key("service")
            writer.string("elbo")
            writer.key("endpoints")
            writer.array { writer in
                for verb in Route.Verb.allCases { writer.string("POST /v1/models/{model}/\(verb.rawValue)") }
                for verb in Route.Verb.allCases { writer.string("POST /v1/\(verb.rawValue)") }
                for path in ["/v1/models", "/v1/models/{model}", "/livez", "/readyz"] { writer.string("GET \(path)") }
            }
        }
        return writer.bytes + [UInt8(ascii: "\n")]
    }()
}
