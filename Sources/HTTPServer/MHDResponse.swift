internal import CMicrohttpd
internal import Glibc

/// A response of libmicrohttpd; it counts references itself, this is the first.
@safe struct MHDResponse: ~Copyable {
    let pointer: OpaquePointer

    /// Bodies up to this size are copied, which costs less than keeping a second object.
    private static let copiedBytes = 4_096

    /// Nil when there is no memory.
    init?(_ response: HTTPResponse) {
        guard let pointer = unsafe Self.create(response.content) else { return nil }
        unsafe self.pointer = pointer
        for (name, value) in response.headers {
            _ = unsafe MHD_add_response_header(pointer, name, value)
        }
        if response.closesConnection {
            _ = unsafe MHD_add_response_header(pointer, "Connection", "close")
        }
    }

    deinit {
        unsafe MHD_destroy_response(pointer)
    }

    private static func create(_ content: HTTPContent) -> OpaquePointer? {
        switch content {
        case .bytes(let bytes): unsafe create(bytes)
        case .file(let file, let count): unsafe create(file, count: count)
        }
    }

    /// The descriptor is libmicrohttpd's from the creation on, which closes it with the response.
    private static func create(_ file: SpoolFile, count: Int) -> OpaquePointer? {
        guard let descriptor = file.duplicate() else { return nil }
        let pointer = unsafe MHD_create_response_from_fd64(UInt64(count), descriptor)
        if unsafe pointer == nil { close(descriptor) }
        return unsafe pointer
    }

    private static func create(_ body: [UInt8]) -> OpaquePointer? {
        guard body.count > copiedBytes else { return unsafe copy(body) }
        let kept = ResponseBody(body)
        return unsafe MHD_create_response_from_buffer_with_free_callback_cls(
            body.count, kept.address, releaseResponseBody, Unmanaged.passRetained(kept).toOpaque())
    }

    private static func copy(_ body: [UInt8]) -> OpaquePointer? {
        unsafe body.withUnsafeBytes { bytes in
            unsafe MHD_create_response_from_buffer(
                bytes.count, UnsafeMutableRawPointer(mutating: bytes.baseAddress), .RESPMEM_MUST_COPY)
        }
    }
}

/// A large body that libmicrohttpd sends from where it lies; `releaseResponseBody` lets it go.
final class ResponseBody {
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Valid while this object lives: a native array keeps its elements in one allocation, which moves only when the
    /// array is changed, and this one is a constant. libmicrohttpd only reads.
    var address: UnsafeMutableRawPointer? {
        unsafe bytes.withUnsafeBytes { unsafe UnsafeMutableRawPointer(mutating: $0.baseAddress) }
    }
}
