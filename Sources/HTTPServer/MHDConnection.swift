internal import CMicrohttpd
internal import CTLS
internal import Glibc

/// A connection of libmicrohttpd.
///
/// `@unchecked Sendable`: all but `resume` is for callbacks on the connection's own thread. `resume` is for any
/// thread, and the connection outlives that call because `RequestJob` makes it once, and only while suspended.
@safe struct MHDConnection: @unchecked Sendable {
    private let pointer: OpaquePointer

    init(_ pointer: OpaquePointer) {
        unsafe self.pointer = pointer
    }

    var descriptor: Int32 { unsafe CMicrohttpd_descriptor(pointer) }

    /// What `connectionChanged` stored for this connection.
    var record: ConnectionRecord? {
        guard let context = unsafe CMicrohttpd_socket_context(pointer) else { return nil }
        return unsafe Unmanaged<ConnectionRecord>.fromOpaque(context).takeUnretainedValue()
    }

    /// The bytes from the method to the end of the header.
    var headSize: Int { unsafe CMicrohttpd_head_size(pointer) }

    /// A copy of all header fields.
    ///
    /// - Parameter bytes: the addresses of the memory where they lie.
    func fields(in bytes: Range<UInt>) -> HTTPFields {
        var collector = FieldCollector(bytes)
        unsafe withUnsafeMutablePointer(to: &collector) { target in
            _ = unsafe MHD_get_connection_values_n(pointer, .HEADER_KIND, collectField, target)
        }
        return collector.finish()
    }

    /// Names and values with `+` made a space and `%` escapes left; nil when not UTF-8.
    var rawQuery: [(name: String, value: String)]? {
        var query = QueryCollector()
        unsafe withUnsafeMutablePointer(to: &query) { target in
            _ = unsafe MHD_get_connection_values_n(pointer, .GET_ARGUMENT_KIND, collectArgument, target)
        }
        return query.isValid ? query.arguments : nil
    }

    /// Of TLS; nil for plain text.
    private var session: UnsafeMutableRawPointer? { unsafe CMicrohttpd_tls_session(pointer) }

    /// Before the handshake. The certificate must be kept until the connection has ended.
    func show(_ certificate: TLSCertificate) {
        if let session = unsafe session { unsafe certificate.show(in: session) }
    }

    /// Writes a message past libmicrohttpd without waiting, and ends this side of the connection.
    ///
    /// - Returns: whether all of it was taken.
    func sendAtOnce(_ response: HTTPResponse) -> Bool {
        guard let session = unsafe session else { return response.sendAtOnce(to: descriptor) }
        let bytes = response.serialized
        let isSent = unsafe CTLSSendAtOnce(session, bytes, bytes.count)
        shutdown(descriptor, Int32(SHUT_WR))
        return isSent
    }

    func suspend() {
        unsafe MHD_suspend_connection(pointer)
    }

    func resume() {
        unsafe MHD_resume_connection(pointer)
    }

    /// - Returns: false when there is no memory for the response, or its status has not three digits.
    func queue(_ response: HTTPResponse) -> Bool {
        guard let handle = MHDResponse(response) else { return false }
        return unsafe MHD_queue_response(pointer, UInt32(clamping: response.status), handle.pointer) == .YES
    }
}

/// Query arguments as far as they are UTF-8.
struct QueryCollector {
    var arguments: [(name: String, value: String)] = []
    var isValid = true

    mutating func append(name: some Collection<UInt8>, value: some Collection<UInt8>) {
        guard let name = String(validating: name, as: UTF8.self),
            let value = String(validating: value, as: UTF8.self)
        else {
            isValid = false
            return
        }
        arguments.append((name, value))
    }
}
