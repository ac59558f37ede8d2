import Testing

@testable import HTTPServer

@Suite(.timeLimit(.minutes(1))) struct HTTPProbeTests {
    private func status(_ port: UInt16, path: String = "/livez", timeout: Duration = .seconds(10)) throws -> Int {
        try HTTPProbe.status(at: .tcp(host: "127.0.0.1", port: port), path: path, timeout: timeout)
    }

    @Test func tellsTheStatusOfThePathItAsksFor() throws {
        let server = try serve { request in
            .now(HTTPResponse(status: request.method == "GET" && request.path == "/livez" ? 200 : 404))
        }
        #expect(try status(server.port) == 200)
        #expect(try status(server.port, path: "/else") == 404)
        server.stop(deadline: .zero)
        #expect(throws: HTTPProbe.Failure.noAnswer(reason: "Connection refused")) { try status(server.port) }
    }

    @Test func doesNotWaitForever() throws {
        let replies = ReplyBox()
        let server = try serve(replies.handler)
        let error = #expect(throws: HTTPProbe.Failure.self) {
            try status(server.port, timeout: .milliseconds(100))
        }
        #expect(error?.description.hasPrefix("no answer: ") == true)
        server.stop(deadline: .zero)
    }

    @Test func anAddressThatThereIsNotIsTold() throws {
        let error = #expect(throws: HTTPProbe.Failure.self) {
            try HTTPProbe.status(at: .tcp(host: "256.1.1.1", port: 1), path: "/", timeout: .seconds(1))
        }
        #expect(error?.description.hasPrefix("the address 256.1.1.1 is unknown") == true)
    }
}
