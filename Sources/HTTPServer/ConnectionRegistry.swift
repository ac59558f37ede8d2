internal import Glibc

/// The open connections, so that one that feeds its header byte by byte can be found: libmicrohttpd's idle timer
/// starts anew with each byte.
final class ConnectionRegistry: Sendable {
    private let records = Locked(SlotTable<ConnectionRecord>())

    func open(descriptor: Int32, deadline: MonotonicTime) -> ConnectionRecord {
        records.withLock { table in
            table.insert { ConnectionRecord(slot: $0, descriptor: descriptor, deadline: deadline) }
        }
    }

    /// Must be called before the descriptor is closed.
    func close(_ record: ConnectionRecord) {
        records.withLock { $0.remove(at: record.slot) }
    }

    /// Ends the connections whose deadline has passed; libmicrohttpd notices and closes them.
    ///
    /// The lock is held meanwhile: a record that is still here has a descriptor that has not been reused.
    func cutOffOverdue(at now: MonotonicTime) {
        records.withLock { table in
            table.forEach { record in
                guard record.isOverdue(at: now) else { return }
                shutdown(record.descriptor, Int32(SHUT_RDWR))
            }
        }
    }
}
