import Glibc
import Testing

@testable import HTTPServer

/// A client that sends exactly the bytes it is given, over a blocking socket with a time limit.
///
/// `@unchecked Sendable`: one thread may send while another reads, which touches the descriptor only.
final class TestClient: @unchecked Sendable {
    struct Broken: Error, CustomStringConvertible {
        let description: String
    }

    private let descriptor: Int32
    private var buffer: [UInt8] = []

    /// Of a connection that is encrypted.
    private let tls: TLSClient?

    /// Kept so that a test may create a server in passing.
    private let server: Server?

    convenience init(_ server: Server) throws {
        try self.init(.tcp(host: "127.0.0.1", port: server.port), keeping: server)
    }

    convenience init(port: UInt16) throws {
        try self.init(.tcp(host: "127.0.0.1", port: port))
    }

    convenience init(encryptedTo server: Server) throws {
        try self.init(.tcp(host: "127.0.0.1", port: server.port), isEncrypted: true, keeping: server)
    }

    init(_ address: HTTPAddress, isEncrypted: Bool = false, keeping server: Server? = nil) throws {
        let target = try SocketAddress(address)
        let descriptor = socket(target.family, Int32(SOCK_STREAM.rawValue), 0)
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
        do {
            guard target.connect(descriptor) == 0 else { throw Broken(description: "connect: error \(errno)") }
            tls = isEncrypted ? try TLSClient(descriptor) : nil
        } catch {
            close(descriptor)
            throw error
        }
        (self.descriptor, self.server) = (descriptor, server)
    }

    deinit {
        close(descriptor)
    }

    func send(_ text: String) throws {
        try send(Array(text.utf8))
    }

    func send(_ bytes: [UInt8]) throws {
        if let tls { return try tls.send(bytes) }
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { bytes in
                let rest = UnsafeRawBufferPointer(rebasing: bytes[sent...])
                return Glibc.send(descriptor, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Broken(description: "send: error \(errno)") }
            sent += count
        }
    }

    /// Ends the client's side, as `shutdown` with SHUT_WR does.
    func endSending() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Closes with a reset in place of an orderly end.
    func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        var nothing = sockaddr()
        nothing.sa_family = sa_family_t(AF_UNSPEC)
        connect(descriptor, &nothing, socklen_t(MemoryLayout<sockaddr>.size))
    }

    /// All that comes until the server ends the connection.
    func rest() throws -> [UInt8] {
        while try readMore() {}
        return buffer
    }

    /// Reads one response; a 100 is skipped.
    func response(toHEAD: Bool = false) throws -> TestResponse {
        while true {
            let head = try readHead()
            let response = try TestResponse(head: head)
            if response.status == 100 { continue }
            return toHEAD ? response : try withBody(response)
        }
    }

    /// The status of the next message, be it a 100; its body is not read.
    func interimStatus() throws -> Int {
        try TestResponse(head: readHead()).status
    }

    /// Whether the server ends the connection, without more bytes.
    func isAtEnd() throws -> Bool {
        guard buffer.isEmpty else { return false }
        return try !readMore()
    }

    func exchange(_ text: String) throws -> TestResponse {
        try send(text)
        return try response()
    }

    private func withBody(_ response: TestResponse) throws -> TestResponse {
        let length = Int(response.header("content-length") ?? "0") ?? 0
        while buffer.count < length {
            guard try readMore() else { throw Broken(description: "the connection ended within a body") }
        }
        var complete = response
        complete.body = Array(buffer.prefix(length))
        buffer.removeFirst(length)
        return complete
    }

    private func readHead() throws -> String {
        let end = Array("\r\n\r\n".utf8)
        while true {
            if let range = buffer.firstRange(of: end) {
                let head = String(decoding: buffer[..<range.lowerBound], as: UTF8.self)
                buffer.removeFirst(range.upperBound)
                return head
            }
            guard try readMore() else { throw Broken(description: "the connection ended before a response") }
        }
    }

    private func readMore() throws -> Bool {
        if let tls {
            // A connection that is cut off has no orderly end of its session.
            let piece = (try? tls.receive(atMost: 16_384)) ?? []
            buffer += piece
            return !piece.isEmpty
        }
        var piece = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &piece, piece.count, 0)
        guard count >= 0 || errno == ECONNRESET else { throw Broken(description: "recv: error \(errno)") }
        buffer += piece.prefix(max(0, count))
        return count > 0
    }
}

struct TestResponse {
    let status: Int
    let headers: [(name: String, value: String)]
    var body: [UInt8] = []

    init(head: String) throws {
        let lines = head.split(separator: "\r\n")
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count >= 2, words[0] == "HTTP/1.1", let status = Int(words[1]) else {
            throw TestClient.Broken(description: "not a response: \(head)")
        }
        self.status = status
        headers = lines.dropFirst().map { line in
            let colon = line.firstIndex(of: ":") ?? line.endIndex
            let value = line[colon...].dropFirst().drop { $0 == " " }
            return (line[..<colon].lowercased(), String(value))
        }
    }

    var text: String { String(decoding: body, as: UTF8.self) }
    var closes: Bool { header("connection")?.lowercased() == "close" }

    func header(_ name: String) -> String? {
        headers.first { $0.name == name }?.value
    }
}
