import Dispatch
import Glibc
import Locking
import Testing

@testable import HTTPServer

@Suite struct StreamFailureTests {
    private static let megabyte = sampleBytes(1 << 20)

    private func error(readingAll body: HTTPRequestBody) -> HTTPBodyError? {
        do throws(HTTPBodyError) {
            while try body.next() != nil {}
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [true, false]) func aVanishedClientEndsTheBody(isReset: Bool) throws {
        let box = StreamBox()
        let server = try makeServer(streamingTo: box)
        var client: TestClient? = try TestClient(server)
        try client?.send(lengthHead(1_000))
        try client?.send("abc")
        let request = try box.take()
        #expect(try request.body.next() == Array("abc".utf8))
        if isReset { client?.reset() }
        client = nil
        #expect(error(readingAll: request.body) == .disconnected)
        #expect(request.reply.isCancelled)
        request.reply.send(fine)
        #expect(eventually { server.inFlight == 0 })
    }

    @Test func aVanishedClientEndsAPausedBody() throws {
        let box = StreamBox()
        let server = try makeServer(streamingTo: box)
        let client = try TestClient(server)
        try client.send(lengthHead(2 << 20))
        try client.send(Self.megabyte)
        let request = try box.take()
        #expect(eventually { request.body.mostBuffered >= 512 << 10 })
        client.reset()
        #expect(eventually { request.reply.isCancelled })
        #expect(error(readingAll: request.body) == .disconnected)
        #expect(eventually { server.inFlight == 0 })
    }

    @Test func brokenChunksEndTheBody() throws {
        let box = StreamBox()
        let server = try makeServer(streamingTo: box)
        let client = try TestClient(server)
        try client.send(chunkedHead + "3\r\nabc\r\nxyz\r\n")
        let request = try box.take()
        #expect(error(readingAll: request.body) == .disconnected)
        #expect(try client.response().status == 400)
    }

    @Test func aSilentClientIsCutOff() throws {
        let box = StreamBox()
        let server = try makeServer(streamingTo: box) { $0.idleTimeout = .milliseconds(100) }
        let client = try TestClient(server)
        try client.send(lengthHead(1_000))
        try client.send("abc")
        let request = try box.take()
        #expect(error(readingAll: request.body) == .idle)
        #expect(try client.isAtEnd())
    }

    /// Slower as a whole than any deadline, but never silent for long.
    @Test func aSlowClientIsServed() throws {
        let server = try makeStreamingServer {
            $0.idleTimeout = .milliseconds(400)
            $0.requestDeadline = .milliseconds(200)
            $0.headerDeadline = .milliseconds(200)
        } intake: {
            summing($0)
        }
        let client = try TestClient(server)
        try client.send(lengthHead(100))
        for _ in 0..<100 {
            try client.send("x")
            usleep(10_000)
        }
        #expect(try client.response().text.hasPrefix("100 "))
    }

    @Test func aReaderThatStallsIsAnsweredFor() throws {
        let box = StreamBox()
        let server = try makeServer(streamingTo: box) { $0.requestDeadline = .milliseconds(100) }
        let client = try TestClient(server)
        try client.send(lengthHead(1 << 20))
        try client.send(Self.megabyte)
        let request = try box.take()
        #expect(try client.response().status == 504)
        #expect(error(readingAll: request.body) == .deadlineExceeded)
    }

    @Test func aReaderThatDoesNotAnswerIsAnsweredFor() throws {
        let box = StreamBox()
        let server = try makeServer(streamingTo: box) { $0.requestDeadline = .milliseconds(100) }
        let client = try TestClient(server)
        try client.send(lengthHead(3))
        try client.send("abc")
        let request = try box.take()
        #expect(error(readingAll: request.body) == nil)
        let response = try client.response()
        #expect(response.status == 504)
        #expect(!response.closes)
    }

    @Test func aDroppedRequestIsAnswered500() throws {
        let client = try TestClient(makeStreamingServer { _ in .stream { _, _ in } })
        try client.send(lengthHead(3) + "abc")
        #expect(try client.response().status == 500)
    }

    @Test func anAnnouncedBodyAboveTheLimitIsRefused() throws {
        let box = StreamBox()
        let client = try TestClient(makeServer(streamingTo: box) { $0.maxStreamedBodyBytes = 100 })
        try client.send(lengthHead(101))
        #expect(try client.response().status == 413)
    }

    @Test(arguments: [1_000, 8 << 20]) func aChunkedBodyAboveTheLimitIsRefused(count: Int) throws {
        let box = StreamBox()
        let client = try TestClient(makeServer(streamingTo: box) { $0.maxStreamedBodyBytes = 100 })
        try client.send(chunkedHead)
        try client.send(chunk(sampleBytes(count)))
        try client.send("0\r\n\r\n")
        let request = try box.take()
        #expect(error(readingAll: request.body) == .tooLarge(limit: 100))
        let response = try client.response()
        #expect(response.status == 413)
        #expect(response.closes)
    }

    /// The rest is short, so it is awaited and the connection serves on.
    @Test func anEarlyAnswerFollowsAShortBody() throws {
        let box = StreamBox()
        let client = try TestClient(makeServer(streamingTo: box))
        try client.send(lengthHead(6))
        try client.send("abc")
        let request = try box.take()
        request.reply.send(HTTPResponse(status: 422))
        #expect(error(readingAll: request.body) == .answered)
        try client.send("def")
        let response = try client.response()
        #expect(response.status == 422)
        #expect(!response.closes)
        #expect(try client.exchange(get()).status == 200)
    }

    /// The client has much more to send, and is told before it has.
    @Test(arguments: [true, false]) func anEarlyAnswerOvertakesALongBody(isChunked: Bool) throws {
        let box = StreamBox()
        let server = try makeServer(streamingTo: box)
        let client = try TestClient(server)
        try client.send(isChunked ? chunkedHead : lengthHead(1 << 30))
        let request = try box.take()
        let response = HTTPResponse(
            status: 422, headers: [("X-Row", "1"), ("Bad\r\n", "x")], body: Array("bad row".utf8))
        request.reply.send(response)
        let piece = isChunked ? chunk(Self.megabyte) : Self.megabyte
        for _ in 0..<3 { try client.send(piece) }
        let received = try client.response()
        #expect(received.status == 422)
        #expect(received.header("x-row") == "1")
        #expect(received.header("date")?.hasSuffix("GMT") == true)
        #expect(received.text == "bad row")
        #expect(received.closes)
        for _ in 0..<3 { try client.send(piece) }
        #expect(try client.isAtEnd())
    }

    /// A client that reads only when it has sent all must not meet a reset.
    @Test func anEarlyAnswerReachesAClientThatSendsAllFirst() throws {
        let box = StreamBox()
        let server = try makeServer(streamingTo: box)
        let client = try TestClient(server)
        try client.send(lengthHead(64 << 20))
        try box.take().reply.send(HTTPResponse(status: 422))
        for _ in 0..<64 { try client.send(Self.megabyte) }
        #expect(try client.response().status == 422)
        #expect(try client.isAtEnd())
        #expect(eventually { server.inFlight == 0 })
    }

    @Test func anEarlyAnswerWakesAPausedBody() throws {
        let box = StreamBox()
        let server = try makeServer(streamingTo: box)
        let client = try TestClient(server)
        try client.send(lengthHead(1 << 20))
        try client.send(Self.megabyte)
        let request = try box.take()
        #expect(eventually { request.body.mostBuffered >= 512 << 10 })
        request.reply.send(HTTPResponse(status: 422))
        #expect(try client.response().status == 422)
        #expect(try client.exchange(get()).status == 200)
    }

    // MARK: The end of the server

    @Test func stopLetsAStreamFinish() throws {
        let box = StreamBox()
        let server = try makeServer(streamingTo: box)
        let client = try TestClient(server)
        try client.send(lengthHead(6))
        try client.send("abc")
        let request = try box.take()
        server.beginDrain()
        let stopped = DispatchSemaphore(value: 0)
        DispatchQueue.global().async {
            server.stop(deadline: .seconds(30))
            stopped.signal()
        }
        #expect(stopped.wait(timeout: .now() + 0.05) == .timedOut)
        try client.send("def")
        #expect(try drain(request.body) == Array("abcdef".utf8))
        request.reply.send(fine)
        let response = try client.response()
        #expect(response.text == "fine")
        #expect(response.closes)
        #expect(stopped.wait(timeout: .now() + 20) == .success)
    }

    /// One waits for the client, one is paused, one waits for its reader.
    @Test func stopCutsStreams() throws {
        let box = StreamBox()
        let server = try makeServer(streamingTo: box)
        let clients = try (0..<3).map { _ in try TestClient(server) }
        var requests: [StreamedRequest] = []
        for (client, (announced, sent)) in zip(clients, [(100, 3), (2 << 20, 1 << 20), (3, 3)]) {
            try client.send(lengthHead(announced))
            try client.send(Array(Self.megabyte.prefix(sent)))
            requests.append(try box.take())
        }
        #expect(eventually { requests[1].body.mostBuffered >= 512 << 10 })
        #expect(eventually { requests[2].body.mostBuffered == 3 })
        server.stop(deadline: .milliseconds(20))
        for request in requests {
            #expect(error(readingAll: request.body) == .serverStopped)
            #expect(request.reply.isCancelled)
            request.reply.send(fine)
        }
        #expect(try clients[0].isAtEnd())
        #expect(server.inFlight == 0)
    }

    @Test func stopRacesWithStreams() throws {
        for _ in 0..<20 {
            let server = try makeStreamingServer {
                $0.streamBufferBytes = 1_000
            } intake: {
                summing($0)
            }
            let clients = try (0..<6).map { _ in try TestClient(server) }
            DispatchQueue.concurrentPerform(iterations: 7) { index in
                if index == 6 {
                    server.stop(deadline: .milliseconds(5))
                } else {
                    try? clients[index].send(lengthHead(1 << 20))
                    try? clients[index].send(Self.megabyte)
                }
            }
        }
    }
}
