internal import CMicrohttpd  // for sockaddr_storage, which the Glibc module leaves out
internal import Glibc

/// An address to listen on or to connect to: IPv4, IPv6 or Unix.
struct SocketAddress {
    let family: Int32
    private let storage: sockaddr_storage
    private let size: socklen_t

    /// - Throws: `HTTPServerError.unresolvableHost`.
    init(host: String, port: UInt16) throws(HTTPServerError) {
        var hints = unsafe addrinfo()
        unsafe hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
        unsafe hints.ai_socktype = SocketFlags.stream
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

    /// - Throws: `HTTPServerError.cannotListen` when the path has more bytes than such an address can hold.
    init(path: String) throws(HTTPServerError) {
        var address = sockaddr_un()
        let room = MemoryLayout.size(ofValue: address.sun_path)
        let bytes = Array(path.utf8)
        guard (1..<room).contains(bytes.count), !bytes.contains(0) else {
            let reason = "the path of a socket has 1 to \(room - 1) bytes"
            throw .cannotListen(address: .unix(path: path), reason: reason)
        }
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
        var storage = sockaddr_storage()
        unsafe withUnsafeBytes(of: address) { source in
            unsafe withUnsafeMutableBytes(of: &storage) { unsafe $0.copyMemory(from: source) }
        }
        (family, self.storage, size) = (AF_UNIX, storage, socklen_t(MemoryLayout<sockaddr_un>.size))
    }

    /// - Throws: as the other two.
    init(_ address: HTTPAddress) throws(HTTPServerError) {
        switch address {
        case .tcp(let host, let port): try self.init(host: host, port: port)
        case .unix(let path): try self.init(path: path)
        }
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

    /// Where a socket is bound, or nil when that is neither IP nor Unix.
    static func local(of descriptor: Int32) -> HTTPAddress? {
        var storage = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return unsafe withUnsafeMutableBytes(of: &storage) { bytes in
            let address = unsafe bytes.assumingMemoryBound(to: sockaddr.self).baseAddress
            guard unsafe getsockname(descriptor, address, &size) == 0 else { return nil }
            switch unsafe Int32(bytes.load(as: sa_family_t.self)) {
            case AF_INET, AF_INET6:
                // Both address families have the port at the same place, in network order.
                let port = unsafe UInt16(bigEndian: bytes.load(fromByteOffset: 2, as: UInt16.self))
                return .tcp(host: unsafe numericHost(address, size), port: port)
            case AF_UNIX:
                let start = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 2
                let path = unsafe bytes[start..<max(start, Int(size))].prefix { $0 != 0 }
                return unsafe .unix(path: String(decoding: path, as: UTF8.self))
            default:
                return nil
            }
        }
    }

    private static func numericHost(_ address: UnsafeMutablePointer<sockaddr>?, _ size: socklen_t) -> String {
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { text in
            let status = unsafe getnameinfo(
                address, size, text.baseAddress, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
            guard status == 0, let start = text.baseAddress else { return "" }
            return unsafe String(cString: start)
        }
    }

    private static func copy(_ info: addrinfo) -> sockaddr_storage {
        var storage = sockaddr_storage()
        let source = unsafe UnsafeRawBufferPointer(start: info.ai_addr, count: Int(info.ai_addrlen))
        unsafe withUnsafeMutableBytes(of: &storage) { unsafe $0.copyMemory(from: source) }
        return storage
    }
}
