internal import Glibc
import Locking

/// Sockets that have been answered and are only read to their end, so that the answer is not lost in a reset.
final class LingeringSockets: Sendable {
    /// More are closed at once: this is a courtesy, not a way to hold descriptors.
    private static let limit = 64
    private static let patience = Duration.seconds(10)

    /// Readable when there is something new.
    let wakeup: Wakeup
    private let arrived = Locked<[LingeringSocket]>([])

    init() throws(HTTPServerError) {
        wakeup = try Wakeup()
    }

    deinit {
        arrived.withLock { $0.forEach { $0.close() } }
    }

    /// Lingers on a socket that someone else closes.
    func adopt(copyOf socket: Int32) {
        let copy = fcntl(socket, F_DUPFD_CLOEXEC, 0)
        if copy >= 0 { adopt(copy) }
    }

    /// Takes the socket over.
    func adopt(_ socket: Int32) {
        let lingering = LingeringSocket(descriptor: socket, expiry: .now + Self.patience)
        let isTaken = arrived.withLock { arrived in
            guard arrived.count < Self.limit else { return false }
            arrived.append(lingering)
            return true
        }
        if isTaken { wakeup.signal() } else { lingering.close() }
    }

    /// Moves what has arrived to `sockets`, as far as there is room.
    func moveArrived(to sockets: inout [LingeringSocket]) {
        let new = arrived.withLock { arrived in
            defer { arrived = [] }
            return arrived
        }
        let room = max(0, Self.limit - sockets.count)
        sockets += new.prefix(room)
        new.dropFirst(room).forEach { $0.close() }
    }
}
