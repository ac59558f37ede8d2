import Dispatch
import Testing

@testable import HTTPServer

@Suite struct StopTests {
    /// What has begun is finished, also when most of it comes after the signal.
    @Test func finishesAnUploadThatHasBegun() throws {
        let server = try makeServer()
        let client = try TestClient(server)
        try client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabc")
        #expect(eventually { server.inFlight == 1 })
        let stopped = DispatchSemaphore(value: 0)
        DispatchQueue.global().async {
            server.stop(deadline: .seconds(60))
            stopped.signal()
        }
        // New connections are refused from then on.
        #expect(eventually { (try? TestClient(server)) == nil })
        try client.send("def")
        let response = try client.response()
        #expect(response.status == 200 && response.text == "abcdef")
        #expect(stopped.wait(timeout: .now() + 20) == .success)
    }

    @Test func drainingRefusesNewConnectionsAndEndsOldOnes() throws {
        let server = try makeServer()
        let client = try TestClient(server)
        #expect(try !client.exchange(get()).closes)
        server.beginDrain()
        server.beginDrain()
        #expect(throws: TestClient.Broken.self) { try TestClient(server) }
        let response = try client.exchange(get())
        #expect(response.status == 200)
        #expect(response.closes)
        #expect(try client.isAtEnd())
    }

    @Test func drainingFinishesWhatIsWaiting() throws {
        let box = ReplyBox()
        let server = try makeServer(handler: box.handler)
        let client = try TestClient(server)
        try client.send(get())
        let reply = try box.take()
        server.beginDrain()
        #expect(server.inFlight == 1)
        reply.send(fine)
        let response = try client.response()
        #expect(response.text == "fine")
        #expect(response.closes)
    }

    @Test func stopWaitsForReplies() throws {
        let box = ReplyBox()
        let server = try makeServer(handler: box.handler)
        let client = try TestClient(server)
        try client.send(get())
        let reply = try box.take()
        let stopped = DispatchSemaphore(value: 0)
        DispatchQueue.global().async {
            server.stop(deadline: .seconds(30))
            stopped.signal()
        }
        #expect(stopped.wait(timeout: .now() + 0.05) == .timedOut)
        reply.send(fine)
        #expect(try client.response().text == "fine")
        #expect(stopped.wait(timeout: .now() + 20) == .success)
        #expect(server.inFlight == 0)
    }

    @Test func stopFailsWhatIsNotAnswered() throws {
        let box = ReplyBox()
        let server = try makeServer(handler: box.handler)
        let clients = try (0..<20).map { _ in try TestClient(server) }
        for client in clients { try client.send(get()) }
        let replies = try clients.map { _ in try box.take() }
        server.stop(deadline: .milliseconds(20))
        for client in clients {
            let response = try client.response()
            #expect(response.status == 503)
            #expect(response.closes)
            #expect(try client.isAtEnd())
        }
        for reply in replies { #expect(reply.isCancelled) }
    }

    @Test func stopEndsIdleConnections() throws {
        let server = try makeServer()
        let clients = try (0..<5).map { _ in try TestClient(server) }
        for client in clients { #expect(try client.exchange(get()).status == 200) }
        let fresh = try TestClient(server)
        server.stop(deadline: .seconds(30))
        for client in clients + [fresh] { #expect(try client.isAtEnd()) }
    }

    @Test func stopEndsUploads() throws {
        let server = try makeServer()
        let client = try TestClient(server)
        try client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc")
        #expect(eventually { server.inFlight == 1 })
        server.stop(deadline: .zero)
        #expect(server.inFlight == 0)
    }

    @Test func stoppingTwiceOrAtOnceIsHarmless() throws {
        let server = try makeServer()
        DispatchQueue.concurrentPerform(iterations: 4) { _ in server.stop(deadline: .seconds(1)) }
        server.stop(deadline: .zero)
        server.beginDrain()
    }

    @Test func aDroppedServerAnswersAndEnds() throws {
        let box = ReplyBox()
        var server: Server? = try makeServer(handler: box.handler)
        let client = try TestClient(port: #require(server).port)
        try client.send(get())
        let reply = try box.take()
        server = nil
        #expect(try client.response().status == 503)
        #expect(reply.isCancelled)
    }

    /// libmicrohttpd 0.9.75 crashes when it answers a malformed request itself while its daemon is being stopped.
    @Test func stopRacesWithMalformedRequests() throws {
        let malformed = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n"
        for _ in 0..<40 {
            let server = try makeServer()
            let clients = try (0..<8).map { _ in try TestClient(server) }
            for client in clients { try client.send(malformed) }
            server.stop(deadline: .zero)
        }
    }

    /// Answers and the end of the server at the same moment, again and again.
    @Test func stopRacesWithReplies() throws {
        for _ in 0..<30 {
            let box = ReplyBox()
            let server = try makeServer(handler: box.handler)
            let clients = try (0..<8).map { _ in try TestClient(server) }
            for client in clients { try client.send(get()) }
            let replies = try clients.map { _ in try box.take() }
            DispatchQueue.concurrentPerform(iterations: 9) { index in
                if index == 4 { server.stop(deadline: .zero) } else { replies[index % 8].send(fine) }
            }
            for client in clients { #expect([200, 503].contains(try client.response().status)) }
        }
    }
}
