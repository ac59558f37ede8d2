internal import CMicrohttpd  // for sockaddr_storage, which the Glibc module leaves out
internal import Glibc

/// An address to listen on or to connect to, IPv4 or IPv6.
struct SocketAddress {
    let family: Int32
    private let storage: sockaddr_storage
    private let size: socklen_t

    /// - Throws: `HTTPServerError.unresolvableHost`.
    init(host: String, port: UInt16) throws(HTTPServerError) {
        var hints = unsafe addrinfo()
        unsafe hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let status = unsafe getaddrinfo(host, String(port), &hints, &list)
        guard status == 0, let first = unsafe list else {
            let reason = unsafe gai_strerror(status).map { unsafe String(cString: $0) } ?? "error \(status)"
            throw .unresolvableHost(host: host, reason: reason)
        }
        defer { unsafe freeaddrinfo(list) }
        family = unsafe first.pointee.ai_family
        size = unsafe first.pointee.ai_addrlen
        storage = unsafe Self.copy(first.pointee)
    }

    func bind(_ descriptor: Int32) -> Int32 {
        unsafe withUnsafeBytes(of: storage) { bytes in
            unsafe Glibc.bind(descriptor, bytes.assumingMemoryBound(to: sockaddr.self).baseAddress, size)
        }
    }

    func connect(_ descriptor: Int32) -> Int32 {
        unsafe withUnsafeBytes(of: storage) { bytes in
            unsafe Glibc.connect(descriptor, bytes.assumingMemoryBound(to: sockaddr.self).baseAddress, size)
        }
    }

    /// The port a socket is bound to, or nil.
    static func port(of descriptor: Int32) -> UInt16? {
        var storage = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return unsafe withUnsafeMutableBytes(of: &storage) { bytes in
            let status = unsafe getsockname(
                descriptor, bytes.assumingMemoryBound(to: sockaddr.self).baseAddress, &size)
            guard status == 0 else { return nil }
            // Both address families have the port at the same place, in network order.
            return unsafe UInt16(bigEndian: bytes.load(fromByteOffset: 2, as: UInt16.self))
        }
    }

    private static func copy(_ info: addrinfo) -> sockaddr_storage {
        var storage = sockaddr_storage()
        let source = unsafe UnsafeRawBufferPointer(start: info.ai_addr, count: Int(info.ai_addrlen))
        unsafe withUnsafeMutableBytes(of: &storage) { unsafe $0.copyMemory(from: source) }
        return storage
    }
}
