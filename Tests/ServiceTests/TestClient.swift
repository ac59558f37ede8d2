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

    func send(
        _ method: String, _ path: String, _ body: String? = nil, type: String? = "application/json",
        headers: [String] = []
    ) throws {
        try send(method, path, bytes: body.map { Array($0.utf8) }, type: type, headers: headers)
    }

    func send(
        _ method: String, _ path: String, bytes: [UInt8]?, type: String? = "application/json", headers: [String] = []
    ) throws {
        var head = "\(method) \(path) HTTP/1.1\r\nHost: a\r\n"
        for header in headers { head += "\(header)\r\n" }
        if let bytes {
            if let type { head += "Content-Type: \(type)\r\n" }
            head += "Content-Length: \(bytes.count)\r\n"
        }
        try send(Array((head + "\r\n").utf8) + (bytes ?? []))
    }

    /// Sends a body in chunks of its own choosing, so that nobody knows its length before its end.
    func sendChunked(_ path: String, _ pieces: [[UInt8]], type: String, headers: [String] = []) throws {
        var head = "POST \(path) HTTP/1.1\r\nHost: a\r\nContent-Type: \(type)\r\nTransfer-Encoding: chunked\r\n"
        for header in headers { head += "\(header)\r\n" }
        try send(Array((head + "\r\n").utf8))
        for piece in pieces where !piece.isEmpty {
            try send(Array("\(String(piece.count, radix: 16))\r\n".utf8) + piece + Array("\r\n".utf8))
        }
        try send(Array("0\r\n\r\n".utf8))
    }

    func send(_ bytes: [UInt8]) throws {
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

    /// Says that nothing more will come.
    func endSending() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    func response(toHEAD: Bool = false) throws -> TestResponse {
        var response = try TestResponse(head: readHead())
        if toHEAD { return response }
        let length = Int(response.header("content-length") ?? "0") ?? 0
        while buffer.count < length {
            guard try readMore() else { throw Broken(description: "the connection ended within a body") }
        }
        response.bytes = Array(buffer.prefix(length))
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
    var bytes: [UInt8] = []
    var text: String { String(decoding: bytes, as: UTF8.self) }

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

    /// The text between the braces of each object in `results`.
    var results: [String] {
        guard let start = text.firstRange(of: "\"results\":[") else { return [] }
        return Self.objects(in: Array(text[start.upperBound...].utf8))
    }

    /// The lines of an answer that is no JSON.
    var lines: [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    }

    /// Empty where there is none.
    func line(_ place: Int) -> String { lines.indices.contains(place) ? lines[place] : "" }

    /// The insides of `{…},{…}` up to the bracket that closes their array.
    private static func objects(in bytes: [UInt8]) -> [String] {
        var (objects, depth, start, isInString, isEscaped) = ([String](), 0, 0, false, false)
        for (place, byte) in bytes.enumerated() {
            if isInString {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else {
                    isInString = byte != UInt8(ascii: "\"")
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isInString = true
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                if depth == 0 { start = place + 1 }
                depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == 0 { return objects }
                depth -= 1
                if depth == 0 { objects.append(String(decoding: bytes[start..<place], as: UTF8.self)) }
            default: break
            }
        }
        return objects
    }
}
