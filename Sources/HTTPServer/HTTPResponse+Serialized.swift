internal import CMicrohttpd
internal import Glibc

extension HTTPResponse {
    /// The message as bytes that end the connection, for where libmicrohttpd cannot be given a response. Its content is in memory.
    var serialized: [UInt8] {
        var head = "HTTP/1.1 \(status) \(reason)\r\nDate: \(Self.date)\r\nConnection: close\r\n"
        head += "Content-Length: \(body.count)\r\n"
        for (name, value) in headers where Self.isHarmless(name, value) { head += "\(name): \(value)\r\n" }
        return Array((head + "\r\n").utf8) + body
    }

    /// Writes the message to a connected socket without waiting, and ends this side of the connection.
    ///
    /// - Returns: whether all of it was taken.
    func sendAtOnce(to socket: Int32) -> Bool {
        let bytes = serialized
        let flags = SocketFlags.noSignal | SocketFlags.dontWait
        let count = unsafe bytes.withUnsafeBytes { bytes in
            unsafe send(socket, bytes.baseAddress, bytes.count, flags)
        }
        shutdown(socket, Int32(SHUT_WR))
        return count == bytes.count
    }

    private var reason: String {
        guard let text = unsafe MHD_get_reason_phrase_for(UInt32(clamping: status)) else { return "Unknown" }
        return unsafe String(cString: text)
    }

    /// Whether libmicrohttpd would send the field too.
    private static func isHarmless(_ name: String, _ value: String) -> Bool {
        !name.isEmpty && !value.isEmpty && name.utf8.allSatisfy(\.isTokenCharacter)
            && !value.utf8.contains { $0 == 0x0A || $0 == 0x0D || $0 == 0 }
            && !["content-length", "connection", "date"].contains(name.lowercased())
    }

    /// RFC 9110 §5.6.7; the locale is that of C, because the program sets none.
    private static var date: String {
        var now = time(nil)
        var parts = unsafe tm()
        unsafe gmtime_r(&now, &parts)
        return unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { text in
            let count = unsafe strftime(text.baseAddress, text.count, "%a, %d %b %Y %H:%M:%S GMT", &parts)
            return unsafe String(decoding: UnsafeRawBufferPointer(text).prefix(count), as: UTF8.self)
        }
    }
}
