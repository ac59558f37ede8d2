import Dispatch
import Glibc

/// What a service manager listens on, read as it comes: the system keeps only ten unread.
///
/// `@unchecked Sendable`: what has come is touched on the queue only.
final class NoticeSocket: @unchecked Sendable {
    private let descriptor: Int32
    private let queue = DispatchQueue(label: "notices")
    private let source: any DispatchSourceRead
    private var received: [String] = []

    init(_ path: String) {
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        self.descriptor = descriptor
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var bytes = Array(path.utf8)
        if path.hasPrefix("@") { bytes[0] = 0 }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let size = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
        let status = withUnsafeBytes(of: address) { source in
            bind(descriptor, source.assumingMemoryBound(to: sockaddr.self).baseAddress, size)
        }
        precondition(status == 0, "no socket for notices: error \(errno)")
        source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
        source.setEventHandler { [weak self] in self?.read() }
        source.resume()
    }

    deinit {
        source.cancel()
        close(descriptor)
    }

    /// What has come, in order.
    func notices() -> [String] {
        queue.sync {
            read()
            return received
        }
    }

    /// 0x40 is MSG_DONTWAIT, which Swift finds under different types.
    private func read() {
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0x40)
            guard count > 0 else { return }
            received.append(String(decoding: buffer.prefix(count), as: UTF8.self))
        }
    }
}
