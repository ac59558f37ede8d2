import Glibc
import Testing

@testable import HTTPServer

@Suite struct EventLoopTests {
    private static func core() throws -> ServerCore {
        try ServerCore(
            configuration: HTTPServerConfiguration(), load: HTTPLoad(), intake: nil, handler: { _ in .now(fine) })
    }

    /// A chunk's size that does not end makes libmicrohttpd ask for round after round: that must not cost a core.
    @Test func restsBetweenRoundsInWhichNothingHappens() throws {
        let loop = try EventLoop(core: Self.core())
        var polled = [PolledSocket(loop.wakeupDescriptor, .input)]
        let began = ContinuousClock.now
        for _ in 0..<64 + 50 { loop.sleep(&polled, patience: 0) }
        #expect(ContinuousClock.now - began >= .milliseconds(50))
    }

    /// What happens meanwhile ends the rest at once.
    @Test func aSignalIsSeenWhileItRests() throws {
        let loop = try EventLoop(core: Self.core())
        var polled = [PolledSocket(loop.wakeupDescriptor, .input)]
        for _ in 0..<100 { loop.sleep(&polled, patience: 0) }
        loop.beginStop()
        loop.sleep(&polled, patience: 0)
        #expect(polled[0].hasEvent)
        #expect(loop.takeArrivals() == nil)
    }

    /// Such a client is let go at its deadline like any other, and others are served meanwhile.
    @Test func aChunkSizeWithoutEndHasADeadline() throws {
        let server = try makeServer { ($0.threads, $0.requestDeadline) = (1, .milliseconds(300)) }
        for size in ["5;" + String(repeating: "a", count: 40_000), String(repeating: "0", count: 40_000)] {
            let client = try TestClient(server)
            try client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + size)
            #expect(try TestClient(server).exchange(get()).status == 200)
            #expect(try client.isAtEnd())
        }
        #expect(eventually { server.inFlight == 0 })
    }

    /// libmicrohttpd begins with a connection, and ends it, before it says that it has not taken it.
    @Test func aSocketThatCannotBeWatchedIsCountedOnce() throws {
        let core = try Self.core()
        let daemon = try MHDDaemon(core: core)
        for _ in 0..<3 {
            let file = Glibc.open("/dev/null", O_RDWR)
            try #require(file >= 0)
            #expect(core.connections.announce(limit: 2, grace: .seconds(1)))
            daemon.serve(
                ConnectedSocket(
                    descriptor: file, address: sockaddr_storage(),
                    addressSize: socklen_t(MemoryLayout<sockaddr_in>.size)))
            #expect(eventually { core.connections.isEmpty && daemon.connectionCount == 0 })
        }
        daemon.stop()
    }
}
