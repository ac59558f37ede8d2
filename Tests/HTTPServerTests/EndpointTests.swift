import Files
import Glibc
import TestSupport
import Testing

@testable import HTTPServer

/// Sockets of other kinds than TCP on 127.0.0.1.
@Suite(.timeLimit(.minutes(10))) struct EndpointTests {
    private let folder: TemporaryDirectory
    private let path: String

    init() throws {
        folder = try TemporaryDirectory()
        path = folder("socket")
    }

    private func serve(
        _ endpoints: HTTPEndpoint..., adjust: (inout HTTPServerConfiguration) -> Void = { _ in }
    ) throws -> Server {
        try makeServer {
            $0.endpoints = endpoints
            adjust(&$0)
        }
    }

    private func unix(mode: UInt32 = 0o600) -> HTTPEndpoint { .unix(path: path, mode: mode) }

    private func connect() throws -> TestClient { try TestClient(.unix(path: path)) }

    private var mode: mode_t? {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_mode : nil
    }

    // MARK: Unix sockets

    @Test(arguments: [0o600, 0o660, 0o666] as [UInt32]) func servesOnAUnixSocket(mode: UInt32) throws {
        let server = try serve(unix(mode: mode))
        #expect(server.addresses == [.unix(path: path)])
        #expect(server.port == 0)
        #expect(self.mode == S_IFSOCK | mode)
        let (client, body) = (try connect(), String(repeating: "x", count: 300_000))
        for _ in 0..<3 { #expect(try client.exchange(post(body)).text == body) }
        #expect(try HTTPProbe.status(at: .unix(path: path), path: "/", timeout: .seconds(10)) == 200)
    }

    @Test func removesItsFileWhenItDrains() throws {
        let server = try serve(unix())
        let client = try connect()
        #expect(try client.exchange(get()).status == 200)
        server.beginDrain()
        #expect(mode == nil)
        #expect(throws: TestClient.Broken.self) { try connect() }
        #expect(try client.exchange(get()).closes)
        server.stop(deadline: .seconds(1))
    }

    /// The rest of a refused body is thrown away, so that the answer is not lost.
    @Test func answersEarlyOnAUnixSocket() throws {
        let server = try serve(unix()) { $0.maxBodyBytes = 10 }
        let client = try connect()
        try client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2000000\r\n\r\n")
        try client.send([UInt8](repeating: 1, count: 2_000_000))
        #expect(try client.response().status == 413)
        withExtendedLifetime(server) {}
    }

    @Test func replacesTheSocketOfADeadServer() throws {
        let address = try SocketAddress(path: path)
        let dead = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        #expect(address.bind(dead) == 0)
        close(dead)
        let server = try serve(unix())
        #expect(try connect().exchange(get()).status == 200)
        withExtendedLifetime(server) {}
    }

    @Test func leavesALivingServerAlone() throws {
        let first = try serve(unix())
        #expect(throws: HTTPServerError.socketInUse(path: path)) { try serve(unix()) }
        #expect(try connect().exchange(get()).status == 200)
        withExtendedLifetime(first) {}
    }

    @Test(arguments: ["file", "folder", "link"]) func leavesOtherThingsAlone(kind: String) throws {
        switch kind {
        case "file": try FileSystem.write([1], to: path)
        case "folder": try FileSystem.createDirectories(path)
        default: #expect(symlink("/nowhere", path) == 0)
        }
        let before = mode
        #expect(throws: HTTPServerError.notASocket(path: path)) { try serve(unix()) }
        #expect(mode == before)
    }

    @Test func leavesTheSocketOfASuccessorAlone() throws {
        let first = try serve(unix())
        unlink(path)
        let second = try serve(unix())
        first.stop(deadline: .zero)
        #expect(try connect().exchange(get()).status == 200)
        withExtendedLifetime(second) {}
    }

    @Test(arguments: ["", String(repeating: "x", count: 108), "/a\0b", "/nowhere/socket"])
    func refusesPathsThatCannotBe(path: String) {
        #expect(throws: HTTPServerError.self) { try serve(.unix(path: path, mode: 0o600)) }
    }

    // MARK: Several

    @Test func listensInSeveralPlaces() throws {
        let server = try serve(.tcp(host: "127.0.0.1", port: 0), unix(), .tcp(host: "::1", port: 0))
        #expect(server.addresses.count == 3)
        for address in server.addresses { #expect(try TestClient(address).exchange(get()).status == 200) }
        #expect(server.port == server.addresses[0].port)
        #expect(try HTTPProbe.status(at: server.addresses[2], path: "/", timeout: .seconds(10)) == 200)
        server.stop(deadline: .seconds(1))
        for address in server.addresses { #expect(throws: (any Error).self) { try TestClient(address) } }
    }

    @Test func countsConnectionsOfAllSocketsTogether() throws {
        let server = try serve(.tcp(host: "127.0.0.1", port: 0), unix()) { $0.maxConnections = 2 }
        let clients = try server.addresses.map { try TestClient($0) }
        for client in clients { #expect(try client.exchange(get()).status == 200) }
        #expect(try connect().response().status == 503)
    }

    // MARK: Inherited sockets

    private func listener(_ address: SocketAddress) throws -> Int32 {
        let descriptor = socket(address.family, Int32(SOCK_STREAM.rawValue), 0)
        try #require(address.bind(descriptor) == 0 && listen(descriptor, 16) == 0)
        return descriptor
    }

    /// What comes while no server runs waits for the next one.
    @Test(arguments: [true, false]) func servesOnAnInheritedSocket(isUnix: Bool) throws {
        let own = try listener(isUnix ? SocketAddress(path: path) : SocketAddress(host: "127.0.0.1", port: 0))
        defer { close(own) }
        let first = try serve(.inherited(descriptor: dup(own)))
        let address = try #require(first.addresses.first)
        let client = try TestClient(address)
        #expect(try client.exchange(get()).status == 200)
        first.stop(deadline: .seconds(1))
        #expect(try client.isAtEnd())
        let waiting = try TestClient(address)
        try waiting.send(get("/waiting"))
        let second = try serve(.inherited(descriptor: dup(own)))
        #expect(try waiting.response().header("x-path") == "/waiting")
        second.stop(deadline: .zero)
        if isUnix { #expect(mode != nil) }
    }

    @Test func refusesDescriptorsThatDoNotListen() throws {
        var ends: [Int32] = [0, 0]
        pipe(&ends)
        let idle = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        let datagrams = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        for descriptor in ends + [idle, datagrams, -1] {
            let error = #expect(throws: HTTPServerError.self) { try serve(.inherited(descriptor: descriptor)) }
            guard case .uselessDescriptor(descriptor, _) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
        for descriptor in ends + [idle, datagrams] { close(descriptor) }
    }
}
