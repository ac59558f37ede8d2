import Glibc

@testable import Service

/// A connection that sends exactly the bytes it is given, blocking and with a time limit.
final class TestClient {
    struct Broken: Error, CustomStringConvertible {
        let description: String
    }

    private let descriptor: Int32
    private var buffer: [UInt8] = []

    init(port: UInt16) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var limit = timeval(tv_sec: 60, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let status = withUnsafeBytes(of: address) { bytes in
            connect(descriptor, bytes.assumingMemoryBound(to: sockaddr.self).baseAddress, socklen_t(bytes.count))
        }
        guard status == 0 else { throw Broken(description: "connect: error \(errno)") }
    }

    deinit {
        close(descriptor)
    }

    func send(_ method: String, _ path: String, _ body: String? = nil, type: String? = "application/json") throws {
        var head = "\(method) \(path) HTTP/1.1\r\nHost: a\r\n"
        if let body {
            if let type { head += "Content-Type: \(type)\r\n" }
            head += "Content-Length: \(body.utf8.count)\r\n"
        }
        try send(Array((head + "\r\n" + (body ?? "")).utf8))
    }

    private func send(_ bytes: [UInt8]) throws {
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

    func response(toHEAD: Bool = false) throws -> TestResponse {
        var response = try TestResponse(head: readHead())
        if toHEAD { return response }
        let length = Int(response.header("content-length") ?? "0") ?? 0
        while buffer.count < length {
            guard try readMore() else { throw Broken(description: "the connection ended within a body") }
        }
        response.text = String(decoding: buffer.prefix(length), as: UTF8.self)
        buffer.removeFirst(length)
        return response
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
        var piece = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &piece, piece.count, 0)
        guard count >= 0 || errno == ECONNRESET else { throw Broken(description: "recv: error \(errno)") }
        buffer += piece.prefix(max(0, count))
        return count > 0
    }
}

struct TestResponse {
    let status: Int
    private let headers: [(name: String, value: String)]
    var text = ""

    init(head: String) throws {
        let lines = head.split(separator: "\r\n")
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count >= 2, words[0] == "HTTP/1.1", let status = Int(words[1]) else {
            throw TestClient.Broken(description: "not a response: \(head)")
        }
        self.status = status
        headers = lines.dropFirst().map { line in
            let colon = line.firstIndex(of: ":") ?? line.endIndex
            return (line[..<colon].lowercased(), String(line[colon...].dropFirst().drop { $0 == " " }))
        }
    }

    func header(_ name: String) -> String? {
        headers.first { $0.name == name }?.value
    }

    /// The text of each row's object in `results`; the objects hold no others.
    var results: [String] {
        guard let start = text.firstRange(of: "\"results\":[{"), text.hasSuffix("}]}\n") else { return [] }
        let rows = text[start.upperBound...].dropLast(4)
        return rows.split(separator: "},{", omittingEmptySubsequences: false).map(String.init)
    }
}
