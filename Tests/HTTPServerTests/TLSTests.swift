import Dispatch
import Files
import Glibc
import Locking
import TestSupport
import Testing

@testable import HTTPServer

/// Certificates made by openssl, in a folder of their own.
final class TestCertificates: Sendable {
    let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
        try make("one")
        try use("one")
    }

    var certificatePath: String { folder("shown.pem") }
    var keyPath: String { folder("shown.key") }

    /// - Returns: the exit status of a shell.
    @discardableResult func run(_ command: String) -> Int32 {
        system("cd '\(folder.path)' && { \(command) ; } >out 2>err") >> 8
    }

    func make(_ name: String) throws {
        let status = run(
            """
            openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj '/CN=\(name)' \
            -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout \(name).key -out \(name).pem
            """)
        try #require(status == 0, "openssl makes no certificate")
    }

    /// Puts a pair where the server looks.
    func use(_ name: String) throws {
        try #require(run("cp \(name).pem shown.pem && cp \(name).key shown.key") == 0)
    }

    func identity() throws -> TLSIdentity {
        try TLSIdentity(certificatePath: certificatePath, keyPath: keyPath)
    }

    /// Whose certificate a server shows, as openssl sees it.
    func nameShown(by server: Server) throws -> String {
        run("openssl s_client -connect 127.0.0.1:\(server.port) </dev/null | openssl x509 -noout -subject")
        let text = String(decoding: try FileSystem.read(folder("out")), as: UTF8.self)
        return text.split(separator: " ").last.map { $0.filter { !$0.isWhitespace } } ?? ""
    }

    /// As curl sees an answer that it has verified with a certificate.
    func curl(_ server: Server, _ path: String = "/", trusting name: String = "one", _ options: String = "") -> Int32 {
        run("curl -sS --max-time 20 --cacert \(name).pem \(options) https://localhost:\(server.port)\(path)")
    }
}

@Suite(.timeLimit(.minutes(10))) struct TLSTests {
    private let files: TestCertificates

    init() throws {
        files = try TestCertificates()
    }

    private func serve(
        _ identity: TLSIdentity? = nil, _ adjust: (inout HTTPServerConfiguration) -> Void = { _ in }
    ) throws -> Server {
        let identity = try identity ?? files.identity()
        return try makeServer {
            $0.tls = identity
            adjust(&$0)
        }
    }

    private func hello(version: UInt8) -> [UInt8] {
        // Two suites with CBC and SHA-1 and two with AES-GCM; no extensions but curves, so that TLS 1.3 is not offered.
        let suites: [UInt8] = [0xC0, 0x09, 0xC0, 0x13, 0xC0, 0x2B, 0xC0, 0x2F]
        let extensions: [UInt8] = [0, 10, 0, 4, 0, 2, 0, 23, 0, 11, 0, 2, 1, 0, 0, 13, 0, 4, 0, 2, 4, 3]
        var body = [3, version] + [UInt8](repeating: 7, count: 32) + [0, 0, UInt8(suites.count)] + suites + [1, 0]
        body += [0, UInt8(extensions.count)] + extensions
        let message = [1, 0, 0, UInt8(body.count)] + body
        return [22, 3, 1, 0, UInt8(message.count)] + message
    }

    // MARK: Exchanges

    @Test(arguments: ["--tlsv1.3", "--tls-max 1.2"]) func curlTrustsIt(version: String) throws {
        let server = try serve()
        try FileSystem.write((0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }, to: files.folder("body"))
        #expect(files.curl(server, "/", "\(version) --data-binary @body") == 0)
        #expect(files.run("cmp body out") == 1)
        #expect(files.curl(server, "/", "\(version) -o answer --data-binary @body") == 0)
        #expect(files.run("cmp body answer") == 0)
        try files.make("other")
        #expect(files.curl(server, "/", trusting: "other", version) == 60)
    }

    @Test func keepsTheConnection() throws {
        let client = try TestClient(encryptedTo: serve())
        for number in 0..<20 { #expect(try client.exchange(post("\(number)")).text == "\(number)") }
        let body = String(repeating: "y", count: 700_000)
        #expect(try client.exchange(post(body)).text == body)
        try client.send(get("/1") + get("/2"))
        #expect(try client.response().header("x-path") == "/1")
        #expect(try client.response().header("x-path") == "/2")
    }

    @Test func losesNoAnswer() throws {
        let server = try makeServer(
            { $0.tls = try? files.identity() },
            handler: { request in
                .later { reply in DispatchQueue.global().async { reply.send(echoed(request)) } }
            })
        let clients = try (0..<16).map { _ in try TestClient(encryptedTo: server) }
        for round in 0..<20 {
            for (index, client) in clients.enumerated() { try client.send(post("\(round)-\(index)")) }
            for (index, client) in clients.enumerated() {
                #expect(try client.response().text == "\(round)-\(index)")
            }
        }
        #expect(eventually { server.inFlight == 0 })
        server.stop(deadline: .seconds(20))
    }

    @Test func theProbeBelievesIt() throws {
        let server = try serve()
        let address = server.addresses[0]
        #expect(try HTTPProbe.status(at: address, .https, path: "/", timeout: .seconds(10)) == 200)
        #expect(throws: HTTPProbe.Failure.self) { try HTTPProbe.status(at: address, path: "/", timeout: .seconds(10)) }
        let plain = try makeServer()
        let error = #expect(throws: HTTPProbe.Failure.self) {
            try HTTPProbe.status(at: plain.addresses[0], .https, path: "/", timeout: .seconds(10))
        }
        #expect(error?.description.hasPrefix("no answer: TLS: ") == true)
    }

    // MARK: What is not TLS 1.2 or 1.3

    @Test func refusesTLS11() throws {
        let server = try serve()
        let old = try TestClient(server)
        try old.send(hello(version: 2))
        #expect(try old.rest().isEmpty)
        let new = try TestClient(server)
        try new.send(hello(version: 3) + [21, 3, 3, 0, 2, 2, 0])
        // A ServerHello of TLS 1.2 that has chosen ECDHE with AES-GCM.
        let accepted = try new.rest()
        #expect(accepted.prefix(3) == [22, 3, 3])
        #expect(accepted[5] == 2)
    }

    @Test(arguments: [get(), "", "\u{16}\u{3}\u{1}", String(repeating: "x", count: 100_000)])
    func plainTextGetsNoPlainText(text: String) throws {
        let server = try serve(nil) { $0.headerDeadline = .milliseconds(200) }
        let client = try TestClient(server)
        try? client.send(text)
        #expect(try client.rest().isEmpty)
        #expect(eventually { server.inFlight == 0 })
        #expect(try TestClient(encryptedTo: server).exchange(get()).status == 200)
    }

    @Test func aSlowHandshakeIsCutOff() throws {
        let server = try serve(nil) { $0.headerDeadline = .milliseconds(200) }
        let client = try TestClient(server)
        for byte in hello(version: 3).dropLast() {
            guard (try? client.send([byte])) != nil else { break }
            usleep(5_000)
        }
        #expect(try client.rest().isEmpty)
    }

    // MARK: Past libmicrohttpd

    @Test func aConnectionTooManyIsCutOff() throws {
        let server = try serve(nil) { $0.maxConnections = 2 }
        let clients = try (0..<2).map { _ in try TestClient(encryptedTo: server) }
        for client in clients { #expect(try client.exchange(get()).status == 200) }
        #expect(try TestClient(server).rest().isEmpty)
        #expect(throws: HTTPProbe.Failure.self) { try TestClient(encryptedTo: server) }
        for client in clients { #expect(try client.exchange(get()).status == 200) }
    }

    @Test func aBodyTooLargeIsRefusedEarly() throws {
        let client = try TestClient(encryptedTo: serve(nil) { $0.maxBodyBytes = 10 })
        try client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n")
        let response = try client.response()
        #expect(response.status == 413)
        #expect(response.closes)
        #expect(try client.isAtEnd())
    }

    /// This answer is written past libmicrohttpd, in the middle of a body.
    @Test(arguments: [true, false]) func anEarlyAnswerOvertakesALongBody(isChunked: Bool) throws {
        let (box, identity) = (StreamBox(), try files.identity())
        let server = try makeServer(streamingTo: box) { $0.tls = identity }
        let client = try TestClient(encryptedTo: server)
        try client.send(isChunked ? chunkedHead : lengthHead(100 << 20))
        let request = try box.take()
        request.reply.send(HTTPResponse(status: 422, body: sampleBytes(50_000)))
        let piece = sampleBytes(16_000)
        for _ in 0..<80 { try client.send(isChunked ? chunk(piece) : piece) }
        let response = try client.response()
        #expect(response.status == 422)
        #expect(response.body == sampleBytes(50_000))
        #expect(response.closes)
        #expect(try client.isAtEnd())
    }

    @Test func stoppingEndsItsConnections() throws {
        let server = try serve()
        let clients = try (0..<3).map { _ in try TestClient(encryptedTo: server) }
        #expect(try clients[0].exchange(get()).status == 200)
        let silent = try TestClient(server)
        server.beginDrain()
        #expect(try clients[1].exchange(get()).closes)
        server.stop(deadline: .seconds(1))
        for client in clients + [silent] { #expect(try client.isAtEnd()) }
    }

    // MARK: Certificates

    @Test func openConnectionsKeepTheirCertificate() throws {
        let identity = try files.identity()
        let server = try serve(identity)
        let old = try (0..<4).map { _ in try TestClient(encryptedTo: server) }
        for client in old { #expect(try client.exchange(get()).status == 200) }
        #expect(try files.nameShown(by: server) == "one")
        for name in ["two", "three"] {
            try files.make(name)
            try files.use(name)
            try identity.reload()
            #expect(try files.nameShown(by: server) == name)
            #expect(files.curl(server, trusting: name) == 0)
            #expect(files.curl(server, trusting: "one") == 60)
            for client in old { #expect(try client.exchange(get()).status == 200) }
        }
    }

    /// Handshakes under way while the certificate changes again and again.
    @Test func reloadsRaceWithHandshakes() throws {
        try files.make("two")
        let identity = try files.identity()
        let server = try serve(identity)
        let failures = Locked(0)
        DispatchQueue.concurrentPerform(iterations: 5) { index in
            for round in 0..<20 {
                do {
                    if index == 0 {
                        try files.use(round % 2 == 0 ? "two" : "one")
                        try identity.reload()
                    } else {
                        guard try TestClient(encryptedTo: server).exchange(get()).status == 200 else { continue }
                    }
                } catch {
                    failures.withLock { $0 += 1 }
                }
            }
        }
        #expect(failures.withLock { $0 } == 0)
    }

    @Test func readsChangedFilesOnceTheyAreAtRest() throws {
        let identity = try files.identity()
        let server = try serve(identity)
        #expect(try !identity.look())
        try files.make("two")
        files.run("cp two.pem shown.pem")
        #expect(try !identity.look())
        files.run("cp two.key shown.key")
        #expect(try !identity.look())
        #expect(try identity.look())
        #expect(try !identity.look())
        #expect(try files.nameShown(by: server) == "two")
    }

    /// As Kubernetes does it: the names lead through a link that is exchanged.
    @Test func followsLinks() throws {
        try files.make("two")
        files.run("mkdir a b; cp one.pem a/c; cp one.key a/k; cp two.pem b/c; cp two.key b/k; ln -s a data")
        files.run("ln -sf data/c shown.pem; ln -sf data/k shown.key")
        let identity = try files.identity()
        #expect(try !identity.look())
        files.run("ln -s b next; mv -T next data")
        #expect(try !identity.look())
        #expect(try identity.look())
    }

    @Test func aBrokenPairChangesNothingAndIsToldOnce() throws {
        let identity = try files.identity()
        let server = try serve(identity)
        try files.make("two")
        files.run("cp two.pem shown.pem")
        #expect(try !identity.look())
        let error = #expect(throws: HTTPServerError.self) { try identity.look() }
        #expect(error == .keyDoesNotFit(key: files.keyPath, certificate: files.certificatePath))
        #expect(try !identity.look())
        #expect(throws: HTTPServerError.self) { try identity.reload() }
        #expect(try files.nameShown(by: server) == "one")
        files.run("cp two.key shown.key")
        #expect(try !identity.look())
        #expect(try identity.look())
        #expect(try files.nameShown(by: server) == "two")
    }

    @Test(arguments: [
        ("rm shown.pem", "cannot open", "shown.pem"), ("rm shown.key", "cannot open", "shown.key"),
        ("echo x >shown.pem", "holds no certificate", "shown.pem"),
        (": >shown.pem", "holds no certificate", "shown.pem"),
        ("echo x >shown.key", "holds no private key", "shown.key"),
        (": >shown.key", "holds no private key", "shown.key"),
        ("cp one.key shown.pem", "holds no certificate", "shown.pem"),
        ("cp one.pem shown.key", "holds no private key", "shown.key"),
        ("head -c 300 one.pem >shown.pem", "holds no certificate", "shown.pem"),
        ("openssl ec -in one.key -aes128 -passout pass:secret -out shown.key", "holds no private key", "shown.key"),
        ("openssl genrsa -out shown.key 2048", "is not that of the certificate", "shown.key"),
        ("rm shown.key; mkfifo shown.key", "regular file", "shown.key"),
    ])
    func saysWhichFileIsWrong(command: String, fault: String, file: String) throws {
        #expect(files.run(command) == 0)
        let error = #expect(throws: HTTPServerError.self) { try files.identity() }
        #expect(error?.description.contains(fault) == true)
        #expect(error?.description.contains(files.folder(file)) == true)
    }

    @Test func takesChainsAndRSA() throws {
        files.run(
            """
            openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=root -keyout root.key -out root.pem &&
            openssl req -newkey rsa:2048 -nodes -subj /CN=leaf -addext subjectAltName=DNS:localhost \
            -keyout shown.key -out leaf.csr &&
            openssl x509 -req -in leaf.csr -CA root.pem -CAkey root.key -CAcreateserial -days 2 -copy_extensions copy \
            -out leaf.pem && cat leaf.pem root.pem >shown.pem
            """)
        let server = try serve()
        #expect(try files.nameShown(by: server) == "leaf")
        #expect(files.curl(server, trusting: "root") == 0)
        #expect(files.curl(server, trusting: "root", "--tls-max 1.2") == 0)
    }
}
