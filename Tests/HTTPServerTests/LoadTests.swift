import Dispatch
import Glibc
import Locking
import Testing

@testable import HTTPServer

@Suite struct LoadTests {
    /// Who comes when there is no room takes the place of one that asks nothing, and never of one that waits for its answer.
    @Test func idleConnectionsKeepNobodyOut() throws {
        let box = ReplyBox()
        let server = try makeServer({ ($0.maxConnections, $0.idleGrace) = (4, .milliseconds(1)) }) { request in
            request.path == "/wait" ? .later { box.put($0) } : .now(fine)
        }
        let busy = try TestClient(server)
        try busy.send(get("/wait"))
        let reply = try box.take()
        let idle = try (0..<3).map { _ in try TestClient(server) }
        for _ in 0..<20 {
            usleep(20_000)
            let client = try TestClient(server)
            #expect(try client.exchange(get()).status == 200)
        }
        reply.send(fine)
        #expect(try busy.response().status == 200)
        withExtendedLifetime(idle) {}
    }

    @Test func busyConnectionsKeepTheirPlaces() throws {
        let box = ReplyBox()
        let server = try makeServer(
            { ($0.maxConnections, $0.idleGrace) = (2, .milliseconds(1)) }, handler: box.handler)
        let busy = try (0..<2).map { _ in try TestClient(server) }
        for client in busy { try client.send(get()) }
        let replies = try busy.map { _ in try box.take() }
        usleep(20_000)
        #expect(try TestClient(server).response().status == 503)
        for reply in replies { reply.send(fine) }
        for client in busy { #expect(try client.response().status == 200) }
    }

    @Test func refusesBeyondTheBound() throws {
        let box = ReplyBox()
        let server = try makeServer(
            {
                $0.maxInFlight = 2
                $0.alwaysAdmittedPaths = ["/livez"]
            },
            handler: { request in
                request.path == "/livez" ? .now(fine) : box.handler(request)
            })
        let clients = try (0..<2).map { _ in try TestClient(server) }
        for client in clients { try client.send(get()) }
        let replies = try clients.map { _ in try box.take() }
        let third = try TestClient(server)
        let refused = try third.exchange(get())
        #expect(refused.status == 429)
        #expect(refused.header("retry-after") == "1")
        #expect(!refused.closes)
        #expect(try third.exchange(get("/livez")).status == 200)
        for reply in replies { reply.send(fine) }
        for client in clients { #expect(try client.response().status == 200) }
        try third.send(get())
        try box.take().send(fine)
        #expect(try third.response().status == 200)
    }

    @Test func turnsAwayConnectionsBeyondTheLimit() throws {
        let server = try makeServer { $0.maxConnections = 2 }
        let clients = try (0..<2).map { _ in try TestClient(server) }
        for client in clients { #expect(try client.exchange(get()).status == 200) }
        let third = try TestClient(server)
        let response = try third.exchange(get())
        #expect(response.status == 503)
        #expect(response.text.contains("too_many_connections"))
        #expect(try third.isAtEnd())
        for client in clients { #expect(try client.exchange(get()).status == 200) }
    }

    /// Faster than the daemons' threads take them: libmicrohttpd 0.9.75 stands still when it meets its own limit then.
    @Test func aBurstBeyondTheLimitStopsNobody() throws {
        let server = try makeServer { $0.maxConnections = 8 }
        let old = try TestClient(server)
        #expect(try old.exchange(get()).status == 200)
        for _ in 0..<10 {
            let crowd = try (0..<100).map { _ in try TestClient(server) }
            #expect(try old.exchange(get()).status == 200)
            let served = crowd.count { (try? $0.exchange(get()))?.status == 200 }
            #expect(served <= 7)
        }
        #expect(eventually { (try? TestClient(server).exchange(get()))?.status == 200 })
    }

    @Test func losesNoAnswer() throws {
        let server = try serve { request in
            .later { reply in
                DispatchQueue.global().async { reply.send(echoed(request)) }
            }
        }
        let clients = try (0..<32).map { _ in try TestClient(server) }
        for round in 0..<63 {
            for (index, client) in clients.enumerated() { try client.send(post("\(round)-\(index)")) }
            for (index, client) in clients.enumerated() {
                #expect(try client.response().text == "\(round)-\(index)")
            }
        }
        #expect(eventually { server.inFlight == 0 })
        server.stop(deadline: .seconds(20))
    }

    /// libmicrohttpd 0.9.75 takes 128 events at once, and waits for more before it looks at them (`MHD_epoll`): who sends no more
    /// before the answer would wait for ever.
    @Test(.timeLimit(.minutes(1))) func asManyAtOnceAsTheLibraryTakesAreAnswered() throws {
        let server = try makeServer({ $0.threads = 1 }) { request in
            if request.path == "/busy" { usleep(300_000) }
            return .now(fine)
        }
        let clients = try (0..<128).map { _ in try TestClient(server) }
        for client in clients { #expect(try client.exchange(get()).status == 200) }
        let busy = try TestClient(server)
        try busy.send(get("/busy"))
        usleep(50_000)
        for client in clients { try client.send(get()) }
        for client in clients { #expect(try client.response().status == 200) }
        #expect(try busy.response().status == 200)
    }

    /// What is put off to the end of a round is done together, and before anybody waits for it.
    @Test func aRoundAnswersTogether() throws {
        let sizes = Locked<[Int]>([])
        let owner = Owner()
        let server = try makeServer({ $0.threads = 1 }) { request in
            if request.path == "/busy" { usleep(100_000) }
            return .soon { reply, round in
                round.work(for: owner) { Together(sizes) }.replies.append(reply)
            }
        }
        let busy = try TestClient(server)
        let clients = try (0..<8).map { _ in try TestClient(server) }
        for client in clients { #expect(try client.exchange(get()).status == 200) }
        #expect(sizes.withLock { $0 } == Array(repeating: 1, count: 8))
        try busy.send(get("/busy"))
        usleep(30_000)
        for client in clients { try client.send(get()) }
        for client in clients + [busy] { #expect(try client.response().status == 200) }
        #expect(sizes.withLock { Array($0.dropFirst(8)) } == [1, 8])
    }

    /// Who answers neither at once nor at the end of the round has the connection set aside.
    @Test func aRoundMayEndWithoutAnAnswer() throws {
        let box = ReplyBox()
        let server = try makeServer(handler: { _ in .soon { reply, _ in box.put(reply) } })
        let client = try TestClient(server)
        try client.send(get())
        let reply = try box.take()
        usleep(20_000)
        reply.send(fine)
        #expect(try client.response().status == 200)
        try client.send(get())
        _ = try box.take()
        #expect(try client.response().status == 500)
    }

    private final class Owner: Sendable {}

    private final class Together: HTTPRound.Work {
        var replies: [HTTPReply] = []
        private let sizes: Locked<[Int]>

        init(_ sizes: Locked<[Int]>) {
            self.sizes = sizes
        }

        func finish() {
            sizes.withLock { $0.append(replies.count) }
            for reply in replies { reply.send(fine) }
        }
    }
}
