import Inference
import ModelStorage

@testable import HTTPServer
@testable import Service

/// The service as far as it reads requests: nothing listens and nothing is computed.
final class FuzzedService: Sendable {
    static let shared = FuzzedService()

    private let handler: RequestHandler

    private init() {
        let folder = environment("ELBO_MODELS") ?? "models"
        do {
            let models = try ["mnist", "network-intrusion"].map {
                ServedModel(try StoredModel(directory: "\(folder)/\($0)"), executors: [])
            }
            let registry = try ModelRegistry(models, defaultName: nil)
            handler = RequestHandler(
                registry, OpenInferenceHandler(registry, timeout: .seconds(1), version: "0"), timeout: .seconds(1))
        } catch {
            fatalError("\(error)")
        }
    }

    /// To every operation of both kinds of models.
    func post(json body: [UInt8]) {
        for model in ["mnist", "network-intrusion"] {
            for verb in Route.Verb.allCases { post("/v1/models/\(model)/\(verb.rawValue)", body, "application/json") }
            post("/v2/models/\(model)/infer", body, "application/json")
        }
    }

    func post(_ body: [UInt8], type: String) {
        post("/v1/models/network-intrusion/score", body, type)
        post("/v1/models/mnist/encode", body, type)
        post(
            "/v1/models/network-intrusion/score", body, type, query: [("on_error", "skip"), ("contributions", "true")])
    }

    /// As an array and as bare numbers, to every operation that takes them.
    func post(array body: [UInt8]) {
        for type in ["application/x-npy", "application/octet-stream"] {
            for verb in ["encode", "decode", "score"] { post("/v1/models/mnist/\(verb)", body, type) }
            post("/v1/models/network-intrusion/decode", body, type)
            post("/v1/models/network-intrusion/score", body, type, query: [("output", "p_value")])
        }
    }

    /// The first byte is the length of the JSON header, eighths of the rest.
    func infer(_ bytes: [UInt8]) {
        guard let first = bytes.first else { return }
        let body = Array(bytes.dropFirst())
        let length = first < 9 ? body.count * Int(first) / 8 : Int(first)
        for model in ["mnist", "network-intrusion"] {
            post("/v2/models/\(model)/infer", body, "application/octet-stream", header: String(length))
        }
    }

    private func post(
        _ path: String, _ body: [UInt8], _ type: String, query: [(String, String)] = [], header: String? = nil
    ) {
        var fields = HTTPFields()
        fields.append(name: "Host".utf8, value: "a".utf8)
        fields.append(name: "Content-Type".utf8, value: type.utf8)
        if let header { fields.append(name: "Inference-Header-Content-Length".utf8, value: header.utf8) }
        guard let target = RequestTarget(rawPath: path, rawQuery: query) else { fatalError("no target: \(path)") }
        var spacious = body
        spacious.reserveCapacity(body.count + HTTPRequest.spareBodyCapacity)
        let request = HTTPRequest(head: RequestHead(method: "POST", target: target, fields: fields), body: spacious)
        if case .now(let response) = handler.answer(request) {
            precondition((200..<500).contains(response.status), "status \(response.status)")
        }
    }
}
