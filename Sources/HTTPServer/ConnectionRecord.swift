internal import Synchronization

/// One open connection, as far as it must be cut off when it takes too long.
final class ConnectionRecord: Sendable {
    let slot: Int
    let descriptor: Int32
    private let deadline: Atomic<Int64>

    init(slot: Int, descriptor: Int32, deadline: MonotonicTime) {
        self.slot = slot
        self.descriptor = descriptor
        self.deadline = Atomic(deadline.milliseconds)
    }

    func setDeadline(_ time: MonotonicTime) {
        deadline.store(time.milliseconds, ordering: .relaxed)
    }

    func isOverdue(at now: MonotonicTime) -> Bool {
        deadline.load(ordering: .relaxed) < now.milliseconds
    }
}
