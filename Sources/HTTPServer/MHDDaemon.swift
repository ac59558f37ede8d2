internal import CMicrohttpd
internal import CTLS
internal import Glibc
import Locking

/// One daemon of libmicrohttpd and the thread that runs it, without a listening socket of its own.
///
/// A daemon with a pool of threads lets them race for new connections, and by bad luck one gets nearly all. A thread of
/// libmicrohttpd's own would wait once more when it has just been told of 128 connections, and with closed-loop clients for ever
/// (`MHD_epoll` in 0.9.75); and it tells nobody when it has gone through all that was ready.
final class MHDDaemon: Sendable {
    /// `@unchecked Sendable`: used by the daemon's thread, and after its end by whoever stops the daemon.
    @safe private struct Handle: @unchecked Sendable {
        let pointer: OpaquePointer
    }

    private let loop: EventLoop
    private let handle: Handle
    private let thread: Locked<PosixThread?>

    init(core: ServerCore) throws(HTTPServerError) {
        let loop = try EventLoop(core: core)
        guard let pointer = unsafe Self.start(loop) else {
            throw .cannotStart(part: "HTTP daemon", reason: SystemError.last.description)
        }
        let handle = unsafe Handle(pointer: pointer)
        (self.loop, self.handle) = (loop, handle)
        do {
            thread = Locked(try PosixThread(name: "HTTP daemon") { Self.run(handle, loop) })
        } catch {
            unsafe MHD_stop_daemon(handle.pointer)
            throw error
        }
    }

    deinit {
        stop()
    }

    /// How many connections it has, those added a moment ago too.
    var connectionCount: Int { loop.connectionCount }

    /// Serves a connected socket, which is the daemon's from now on and has been announced to the registry.
    func serve(_ socket: ConnectedSocket) {
        loop.post(socket)
    }

    /// Ends the thread and all connections; none may be suspended. Without effect the second time.
    func stop() {
        thread.withLock { thread in
            guard let running = thread else { return }
            loop.beginStop()
            running.join()
            unsafe MHD_stop_daemon(handle.pointer)
            thread = nil
        }
    }

    /// Rounds of all that is ready, until the daemon is to stop.
    private static func run(_ handle: Handle, _ loop: EventLoop) {
        var polled = [
            PolledSocket(unsafe CMicrohttpd_epoll_descriptor(handle.pointer), .input),
            PolledSocket(loop.wakeupDescriptor, .input),
        ]
        while true {
            let wait = unsafe CMicrohttpd_timeout(handle.pointer)
            loop.sleep(&polled, patience: wait)
            if polled[1].hasEvent {
                guard let arrivals = loop.takeArrivals() else { return }
                for socket in arrivals { add(socket, to: handle, loop) }
            }
            unsafe MHD_run(handle.pointer)
            loop.round.end()
        }
    }

    /// Where libmicrohttpd does not take the socket, it closes it; one that it had begun with already is told of as ended
    /// (`new_connection_process_`, when `epoll_ctl` fails).
    private static func add(_ socket: ConnectedSocket, to handle: Handle, _ loop: EventLoop) {
        let begun = loop.connectionsBegun
        let isTaken = unsafe withUnsafeBytes(of: socket.address) { bytes in
            let generic = unsafe bytes.assumingMemoryBound(to: sockaddr.self).baseAddress
            return unsafe MHD_add_connection(handle.pointer, socket.descriptor, generic, socket.addressSize) == .YES
        }
        if !isTaken, loop.connectionsBegun == begun { loop.withdraw() }
    }

    /// Never reached, since we count ourselves: libmicrohttpd 0.9.75 leaves a mutex locked when it reaches its limit, and the daemon
    /// never wakes again (`new_connection_process_`).
    private static let limit: UInt32 = 1 << 30

    private static func start(_ loop: EventLoop) -> OpaquePointer? {
        let configuration = loop.core.configuration
        var options = unsafe CMicrohttpdOptions(
            context: Unmanaged.passUnretained(loop).toOpaque(), target: noteTarget, access: accessRequest,
            completed: requestCompleted, connection_changed: connectionChanged, unescape: leaveEscaped,
            connection_limit: limit,
            memory_limit: configuration.connectionMemory,
            idle_timeout_seconds: UInt32((configuration.idleTimeout.milliseconds + 999) / 1_000),
            tls_priorities: configuration.tls == nil ? nil : CTLSPriorities, tls_certificate: CTLSShowNothing())
        return unsafe CMicrohttpd_start(&options)
    }
}
