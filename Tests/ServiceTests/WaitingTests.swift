import Dispatch
import HTTPServer
import Testing

@testable import Service

/// Requests that must wait: the queue's limit, the deadline, and the end.
@Suite(.offThePool, .timeLimit(.minutes(2))) struct WaitingTests {
    /// With nobody to compute, what is queued stays queued; each model has a queue of its own.
    @Test func refusesWhenTheQueueIsFull() throws {
        let registry = try ModelRegistry(
            TestModels.all().map { ServedModel($0, executors: []) }, defaultName: nil)
        let handler = requestHandler(registry, timeout: .seconds(60))
        let server = try Server(configuration: HTTPServerConfiguration()) { handler.answer($0) }
        defer { server.stop(deadline: .zero) }
        let clients = try (0..<4).map { _ in try TestClient(port: server.port) }
        try clients[0].send("POST", "/v1/models/pixels/sample", #"{"count":65536}"#)
        let pixels = try registry.find(ModelReference("pixels")).engine
        #expect(eventually { pixels.queuedRows == 65_536 })
        try clients[1].send("POST", "/v1/models/pixels/sample", #"{"count":257}"#)
        let refused = try clients[1].response()
        #expect(refused.status == 429)
        #expect(refused.header("retry-after") == "1")
        #expect(refused.text == envelope("queue_full", "more than 32768 rows are waiting; try again"))
        // Beside a large request there is room for small ones.
        try clients[2].send("POST", "/v1/models/pixels/sample", #"{"count":1}"#)
        #expect(eventually { pixels.queuedRows == 65_537 })
        for path in ["/livez", "/readyz"] {
            try clients[1].send("GET", path)
            #expect(try clients[1].response().status == 200)
        }
        try clients[3].send("POST", "/v1/models/plain/sample", #"{"count":1}"#)
        let plain = try registry.find(ModelReference("plain")).engine
        #expect(eventually { plain.queuedRows == 1 })
    }

    @Test func answersInTimeWhenNobodyComputes() throws {
        let service = try TestService.idle(timeout: .milliseconds(50))
        let response = try service.post("/v1/sample", "{}")
        #expect(response.status == 504)
        #expect(response.text.hasPrefix(#"{"error":{"code":"deadline_exceeded","message":""#))
    }

    @Test func isNotReadyWhileDraining() throws {
        let registry = try ModelRegistry(
            TestModels.all().map { ServedModel($0, executors: []) }, defaultName: nil)
        let handler = requestHandler(registry, timeout: .seconds(1))
        let server = try Server(configuration: HTTPServerConfiguration()) { handler.answer($0) }
        let client = try TestClient(port: server.port)
        for (path, expected) in [("/readyz", 503), ("/livez", 200)] {
            try client.send("GET", path)
            #expect(try client.response().status == 200)
            if path == "/readyz" { handler.beginDrain() }
            try client.send("GET", path)
            let response = try client.response()
            #expect(response.status == expected)
            if expected == 503 { #expect(response.text == envelope("draining", "the server is shutting down")) }
        }
        server.stop(deadline: .zero)
    }

    @Test func aClosedModelSaysThatItDrains() throws {
        let registry = try ModelRegistry(
            TestModels.all().map { ServedModel($0, executors: []) }, defaultName: nil)
        let handler = requestHandler(registry, timeout: .seconds(1))
        let server = try Server(configuration: HTTPServerConfiguration()) { handler.answer($0) }
        registry.close()
        let client = try TestClient(port: server.port)
        try client.send("POST", "/v1/sample", "{}")
        let response = try client.response()
        #expect(response.status == 503)
        #expect(response.text == envelope("draining", "the server is shutting down"))
        server.stop(deadline: .zero)
    }

    /// Some are computed, some wait, some are still being parsed when the end is announced.
    @Test(arguments: [1, 2])
    func stoppingFinishesWhatWasAccepted(_ workers: Int) throws {
        // Long enough for ThreadSanitizer on a busy machine.
        let service = try TestService { ($0.workers, $0.requestTimeout) = (workers, .seconds(600)) }
        let clients = try (0..<12).map { _ in try service.connect() }
        let rows = Array(repeating: "[1,2,3]", count: 1_000).joined(separator: ",")
        for client in clients {
            try client.send("POST", "/v1/models/plain/score", #"{"samples":50,"inputs":["# + rows + "]}")
        }
        #expect(eventually { service.service.inFlight == clients.count })
        let stopped = DispatchSemaphore(value: 0)
        DispatchQueue.global().async {
            service.service.stop(deadline: .seconds(600))
            stopped.signal()
        }
        for client in clients {
            let response = try client.response()
            #expect(response.status == 200)
            #expect(response.results.count == 1_000)
        }
        #expect(stopped.wait(timeout: .now() + 20) == .success)
        #expect(throws: TestClient.Broken.self) { try service.connect() }
    }

    @Test func stoppingAnswersWhatItCannotFinish() throws {
        let service = try TestService.idle()
        let clients = try (0..<8).map { _ in try service.connect() }
        for client in clients { try client.send("POST", "/v1/sample", "{}") }
        #expect(eventually { service.service.inFlight == clients.count })
        service.service.stop(deadline: .milliseconds(20))
        for client in clients {
            let response = try client.response()
            #expect(response.status == 503)
            #expect(response.text.hasPrefix(#"{"error":{"code":"stopping""#))
        }
        #expect(service.service.inFlight == 0)
    }

    @Test func stoppingTwiceIsHarmless() throws {
        let service = try TestService()
        service.service.stop(deadline: .seconds(1))
        service.service.stop(deadline: .zero)
    }
}

/// Without anybody who may change what is served.
private func requestHandler(_ registry: ModelRegistry, timeout: Duration) -> RequestHandler {
    RequestHandler(registry, OpenInferenceHandler(registry, timeout: timeout, version: "0"), timeout: timeout)
}
