import Glibc
import Testing

@testable import HTTPServer

@Suite struct DeadlineTests {
    @Test func cutsOffASilentConnection() throws {
        let client = try TestClient(makeServer { $0.headerDeadline = .milliseconds(50) })
        #expect(try client.isAtEnd())
    }

    @Test func cutsOffAHeaderFedByteByByte() throws {
        let server = try makeServer { $0.headerDeadline = .milliseconds(100) }
        let client = try TestClient(server)
        try client.send("GET / HTTP/1.1\r\nX: ")
        #expect(isCutOff(client))
    }

    @Test func cutsOffASecondHeaderFedByteByByte() throws {
        let server = try makeServer {
            $0.headerDeadline = .seconds(1)
            $0.idleTimeout = .milliseconds(1)
        }
        let client = try TestClient(server)
        #expect(try client.exchange(get()).status == 200)
        #expect(isCutOff(client))
    }

    @Test func cutsOffABodyFedByteByByte() throws {
        let server = try makeServer { $0.requestDeadline = .milliseconds(100) }
        let client = try TestClient(server)
        try client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n")
        #expect(isCutOff(client))
        #expect(eventually { server.inFlight == 0 })
    }

    /// libmicrohttpd does not notice an end that arrives together with the last bytes.
    @Test(arguments: [
        "", "GET / HT", get(), get() + "GET / HT", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc",
    ])
    func endsAConnectionWhoseClientHasEnded(sent: String) throws {
        let client = try TestClient(makeServer())
        try client.send(sent)
        client.endSending()
        if sent.hasPrefix(get()) { #expect(try client.response().status == 200) }
        #expect(try client.isAtEnd())
    }

    @Test func answersALateReply504() throws {
        let box = ReplyBox()
        let client = try TestClient(makeServer({ $0.requestDeadline = .milliseconds(50) }, handler: box.handler))
        try client.send(get())
        let reply = try box.take()
        let response = try client.response()
        #expect(response.status == 504)
        #expect(response.text.contains("deadline_exceeded"))
        #expect(reply.isCancelled)
    }

    @Test func cancelsTheRequestOfADepartedClient() throws {
        let box = ReplyBox()
        let server = try makeServer(handler: box.handler)
        var client: TestClient? = try TestClient(server)
        try client?.send(get())
        let reply = try box.take()
        #expect(!reply.isCancelled)
        client = nil
        #expect(eventually { reply.isCancelled })
        #expect(eventually { server.inFlight == 0 })
        reply.send(fine)
    }

    @Test(arguments: [HTTPServerConfiguration.HalfClosedClient.gone, .reading])
    func cancelsTheRequestOfAResetClient(policy: HTTPServerConfiguration.HalfClosedClient) throws {
        let box = ReplyBox()
        let server = try makeServer({ $0.halfClosedClient = policy }, handler: box.handler)
        let client = try TestClient(server)
        try client.send(get())
        let reply = try box.take()
        client.reset()
        #expect(eventually { reply.isCancelled })
    }

    @Test func answersAHalfClosedClientWhenAskedTo() throws {
        let box = ReplyBox()
        let server = try makeServer({ $0.halfClosedClient = .reading }, handler: box.handler)
        let client = try TestClient(server)
        try client.send(get())
        let reply = try box.take()
        client.endSending()
        usleep(50_000)
        #expect(!reply.isCancelled)
        reply.send(fine)
        #expect(try client.response().text == "fine")
    }

    @Test func cutsOffAClientThatDoesNotRead() throws {
        let box = ReplyBox()
        let server = try makeServer({ $0.requestDeadline = .seconds(1) }, handler: box.handler)
        let client = try TestClient(server)
        try client.send(get())
        try box.take().send(HTTPResponse(status: 200, body: [UInt8](repeating: 1, count: 50_000_000)))
        #expect(eventually { server.inFlight == 0 })
    }

    /// Writing to a reset connection raises SIGPIPE unless the sender prevents it.
    @Test func survivesAClientThatLeavesAmidAResponse() throws {
        let body = [UInt8](repeating: 1, count: 50_000_000)
        let box = ReplyBox()
        let server = try serve(box.handler)
        for _ in 0..<10 {
            let client = try TestClient(server)
            try client.send(get())
            try box.take().send(HTTPResponse(status: 200, body: body))
            client.reset()
        }
        #expect(eventually { server.inFlight == 0 })
    }

    /// Sends a byte every few milliseconds, so that the connection is never idle.
    private func isCutOff(_ client: TestClient) -> Bool {
        for _ in 0..<2_000 {
            do { try client.send("x") } catch { return true }
            usleep(5_000)
        }
        return false
    }
}
