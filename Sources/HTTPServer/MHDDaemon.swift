internal import CMicrohttpd
internal import CTLS
internal import Glibc
import Locking

/// One daemon of libmicrohttpd: one thread with an epoll loop, without a listening socket of its own.
///
/// A daemon with a pool of threads lets them race for new connections, and by bad luck one gets nearly all.
final class MHDDaemon: Sendable {
    /// `@unchecked Sendable`: libmicrohttpd permits its use from any thread, and the `Locked` keeps it from being
    /// used after the daemon has stopped.
    @safe private struct Handle: @unchecked Sendable {
        let pointer: OpaquePointer
    }

    /// The callbacks' first argument: kept here until the daemon has stopped.
    private let core: ServerCore
    private let handle: Locked<Handle?>

    init(core: ServerCore) throws(HTTPServerError) {
        self.core = core
        guard let pointer = unsafe Self.start(core) else {
            throw .cannotStart(part: "HTTP daemon", reason: SystemError.last.description)
        }
        unsafe handle = Locked(Handle(pointer: pointer))
    }

    deinit {
        stop()
    }

    /// How many connections it has; those added a moment ago may be missing.
    var connectionCount: Int {
        handle.withLock { handle in
            guard let handle else { return 0 }
            return unsafe Int(CMicrohttpd_connection_count(handle.pointer))
        }
    }

    /// Serves a connected socket, which is the daemon's from now on whether it succeeds or not, and which has been
    /// announced to the registry.
    func serve(_ socket: Int32, from address: sockaddr_storage, addressSize: socklen_t) {
        handle.withLock { handle in
            guard let handle else {
                close(socket)
                core.connections.withdraw()
                return
            }
            let result = unsafe withUnsafeBytes(of: address) { bytes in
                let generic = unsafe bytes.assumingMemoryBound(to: sockaddr.self).baseAddress
                return unsafe MHD_add_connection(handle.pointer, socket, generic, addressSize)
            }
            if result != .YES { core.connections.withdraw() }
        }
    }

    /// Ends the thread and all connections; none may be suspended. Without effect the second time.
    func stop() {
        let stopped = handle.withLock { handle in
            defer { handle = nil }
            return handle
        }
        if let stopped { unsafe MHD_stop_daemon(stopped.pointer) }
    }

    /// Never reached, since we count ourselves: libmicrohttpd 0.9.75 leaves a mutex locked when it reaches its limit, and the daemon
    /// never wakes again (`new_connection_process_`).
    private static let limit: UInt32 = 1 << 30

    private static func start(_ core: ServerCore) -> OpaquePointer? {
        let configuration = core.configuration
        var options = unsafe CMicrohttpdOptions(
            context: Unmanaged.passUnretained(core).toOpaque(), target: noteTarget, access: accessRequest,
            completed: requestCompleted, connection_changed: connectionChanged, unescape: leaveEscaped,
            connection_limit: limit,
            memory_limit: configuration.connectionMemory,
            idle_timeout_seconds: UInt32((configuration.idleTimeout.milliseconds + 999) / 1_000),
            tls_priorities: configuration.tls == nil ? nil : CTLSPriorities, tls_certificate: CTLSShowNothing())
        return unsafe CMicrohttpd_start(&options)
    }
}
