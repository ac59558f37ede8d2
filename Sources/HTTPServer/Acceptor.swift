internal import Glibc
import Locking

/// The thread that accepts connections and spreads them over the daemons.
final class Acceptor: Sendable {
    private let socket: ListeningSocket
    private let thread: Locked<PosixThread?>

    init(
        socket: ListeningSocket, daemons: [MHDDaemon], core: ServerCore
    ) throws(HTTPServerError) {
        self.socket = socket
        let started = try PosixThread(name: "accepting thread") {
            Self.run(socket: socket, daemons: daemons, core: core)
        }
        thread = Locked(started)
    }

    /// Refuses new connections; returns when the thread has ended. Without effect the second time.
    func stop() {
        thread.withLock { thread in
            socket.beginRefusing()
            thread?.join()
            thread = nil
        }
    }

    private static func run(socket: ListeningSocket, daemons: [MHDDaemon], core: ServerCore) {
        var choice = DaemonChoice()
        while true {
            guard let connection = socket.accept() else {
                guard canGoOn(after: SystemError.last) else { return }
                continue
            }
            guard
                core.connections.announce(
                    limit: core.configuration.maxConnections, grace: core.configuration.idleGrace)
            else {
                core.turnAway(connection.descriptor)
                continue
            }
            let index = choice.next(connectionCounts: daemons.map(\.connectionCount))
            daemons[index].serve(connection)
        }
    }

    /// Whether an error concerns one connection, or passes; when descriptors or memory are short, waits a little.
    private static func canGoOn(after error: SystemError) -> Bool {
        switch error.number {
        case EMFILE, ENFILE, ENOBUFS, ENOMEM:
            usleep(20_000)
            return true
        case EINVAL, EBADF, ENOTSOCK, EOPNOTSUPP:
            return false
        default:
            return true
        }
    }
}
