internal import Glibc
import Locking

/// The open connections, so that one that feeds its header byte by byte can be found: libmicrohttpd's idle timer
/// starts anew with each byte.
final class ConnectionRegistry: Sendable {
    private struct State: Sendable {
        var records = SlotTable<ConnectionRecord>()
        /// Connections given to a daemon whose thread has not begun with them.
        var announced = 0
        var isEnding = false
        /// Before then no connection has been idle long enough to lose its place: a crowd that is turned away costs no search each.
        var nextSearch = MonotonicTime(milliseconds: 0)
    }

    private let state = Locked(State())

    /// Whether no connection is open or about to be.
    var isEmpty: Bool { state.withLock { $0.records.count == 0 && $0.announced == 0 } }

    /// Connections that are open or about to be.
    var count: Int { state.withLock { $0.records.count + $0.announced } }

    /// A daemon is about to be given a connection; where there is no room, that takes the place of the one that has been without a
    /// request longest, so that idle clients keep nobody out.
    ///
    /// - Parameter grace: how long a connection may be idle before it loses its place.
    /// - Returns: false when there is no place.
    func announce(limit: Int, grace: Duration) -> Bool {
        state.withLock { state in
            if state.records.count + state.announced >= limit, !Self.makeRoom(&state, grace) { return false }
            state.announced += 1
            return true
        }
    }

    private static func makeRoom(_ state: inout State, _ grace: Duration) -> Bool {
        let now = MonotonicTime.now
        guard state.nextSearch < now else { return false }
        var idlest: ConnectionRecord?
        var begin = now
        state.records.forEach { record in
            if record.idleBegin < begin { (idlest, begin) = (record, record.idleBegin) }
        }
        guard let idlest, begin + grace < now else {
            state.nextSearch = begin + grace
            return false
        }
        // Not to be found again while libmicrohttpd is closing it.
        idlest.beginRequest()
        shutdown(idlest.descriptor, Int32(SHUT_RDWR))
        return true
    }

    /// The daemon did not take it.
    func withdraw() {
        state.withLock { $0.announced -= 1 }
    }

    /// The daemon has begun with a connection that was announced.
    func open(descriptor: Int32, certificate: TLSCertificate?, deadline: MonotonicTime) -> ConnectionRecord {
        state.withLock { state in
            state.announced -= 1
            if state.isEnding { shutdown(descriptor, Int32(SHUT_RDWR)) }
            return state.records.insert {
                ConnectionRecord(slot: $0, descriptor: descriptor, certificate: certificate, deadline: deadline)
            }
        }
    }

    /// Must be called before the descriptor is closed.
    func close(_ record: ConnectionRecord) {
        state.withLock { $0.records.remove(at: record.slot) }
    }

    /// Ends the connections whose deadline has passed or whose client has ended while bytes are expected of it;
    /// libmicrohttpd notices and closes them.
    ///
    /// The lock is held meanwhile: a record that is still here has a descriptor that has not been reused.
    func cutOffOverdue(at now: MonotonicTime) {
        state.withLock { state in
            state.records.forEach { record in
                if record.isOverdue(at: now) || record.hasEnded(at: now) {
                    shutdown(record.descriptor, Int32(SHUT_RDWR))
                }
            }
        }
    }

    /// Ends all connections, those that come from now on too.
    func cutOffAll() {
        state.withLock { state in
            state.isEnding = true
            state.records.forEach { shutdown($0.descriptor, Int32(SHUT_RDWR)) }
        }
    }
}
