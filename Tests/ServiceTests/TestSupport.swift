import Glibc
import ModelStorage
import Testing

@testable import Service

/// A service on any port that stops with its last use.
final class TestService: Sendable {
    let service: Service

    init(_ models: [StoredModel]? = nil, _ adjust: (inout Service.Configuration) -> Void = { _ in }) throws {
        var configuration = Service.Configuration()
        configuration.port = 0
        adjust(&configuration)
        service = try Service(models ?? TestModels.all(), configuration)
    }

    /// A service that accepts work and never begins it.
    static func idle(timeout: Duration = .seconds(60)) throws -> TestService {
        try TestService { ($0.workers, $0.requestTimeout) = (0, timeout) }
    }

    deinit {
        service.stop(deadline: .zero)
    }

    func connect() throws -> TestClient {
        try TestClient(port: service.port)
    }

    func get(_ path: String) throws -> TestResponse {
        try exchange("GET", path)
    }

    /// - Parameter accept: the form of the answer that is asked for.
    func post(
        _ path: String, _ body: String, type: String? = "application/json", accept: String? = nil
    ) throws -> TestResponse {
        let client = try connect()
        try client.send("POST", path, body, type: type, headers: accept.map { ["Accept: \($0)"] } ?? [])
        return try client.response()
    }

    /// Posts bytes that are no text.
    func post(_ path: String, bytes: [UInt8], type: String, accept: String? = nil) throws -> TestResponse {
        let client = try connect()
        try client.send("POST", path, bytes: bytes, type: type, headers: accept.map { ["Accept: \($0)"] } ?? [])
        return try client.response()
    }

    /// Posts a body whose length nobody knows, in pieces of so many bytes.
    func stream(
        _ path: String, _ body: String, type: String, piece: Int = 1 << 16, accept: String? = nil
    ) throws -> TestResponse {
        let client = try connect()
        let bytes = Array(body.utf8)
        let pieces = stride(from: 0, to: bytes.count, by: piece).map { Array(bytes[$0..<min($0 + piece, bytes.count)]) }
        try client.sendChunked(path, pieces, type: type, headers: accept.map { ["Accept: \($0)"] } ?? [])
        return try client.response()
    }

    func exchange(_ method: String, _ path: String) throws -> TestResponse {
        let client = try connect()
        try client.send(method, path)
        return try client.response(toHEAD: method == "HEAD")
    }
}

/// Waits until something holds, which no event tells: at most 20 seconds.
func eventually(_ condition: () -> Bool) -> Bool {
    for _ in 0..<20_000 {
        if condition() { return true }
        usleep(1_000)
    }
    return condition()
}

/// An error's whole body.
func envelope(_ code: String, _ message: String, _ place: String = "") -> String {
    #"{"error":{"code":"\#(code)","message":"\#(message)"\#(place)}}"# + "\n"
}
