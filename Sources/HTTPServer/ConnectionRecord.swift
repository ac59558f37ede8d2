internal import Glibc
internal import Synchronization

/// One open connection, as far as it must be cut off when it takes too long.
final class ConnectionRecord: Sendable {
    /// How long a client of whom bytes are expected may be silent before somebody looks whether it is still there.
    static let silence = Duration.seconds(1)

    let slot: Int
    let descriptor: Int32
    /// What its client is shown, kept until GnuTLS is done with it: libmicrohttpd lets go of a session before it tells that the
    /// connection has ended.
    private let certificate: TLSCertificate?
    private let deadline: Atomic<Int64>
    /// When to look whether the client has ended while bytes are expected of it; milliseconds.
    private let suspicion = Atomic<Int64>(MonotonicTime.never.milliseconds)

    init(slot: Int, descriptor: Int32, certificate: TLSCertificate?, deadline: MonotonicTime) {
        self.slot = slot
        self.descriptor = descriptor
        self.certificate = certificate
        self.deadline = Atomic(deadline.milliseconds)
        suspect(from: .now + Self.silence)
    }

    /// When the last request ended, or the connection began; never while there is a request.
    private let idleSince = Atomic<Int64>(MonotonicTime.now.milliseconds)

    func beginRequest() {
        idleSince.store(MonotonicTime.never.milliseconds, ordering: .relaxed)
    }

    func endRequest(at time: MonotonicTime) {
        idleSince.store(time.milliseconds, ordering: .relaxed)
    }

    var idleBegin: MonotonicTime { MonotonicTime(milliseconds: idleSince.load(ordering: .relaxed)) }

    func setDeadline(_ time: MonotonicTime) {
        deadline.store(time.milliseconds, ordering: .relaxed)
    }

    func isOverdue(at now: MonotonicTime) -> Bool {
        deadline.load(ordering: .relaxed) < now.milliseconds
    }

    /// From when on a silent client may have gone.
    func suspect(from time: MonotonicTime) {
        suspicion.store(time.milliseconds, ordering: .relaxed)
    }

    /// Whether the client has ended its side and nothing is left to read, though libmicrohttpd waits for more: an end that arrives
    /// together with the last bytes has no event of its own.
    func hasEnded(at now: MonotonicTime) -> Bool {
        guard suspicion.load(ordering: .relaxed) < now.milliseconds else { return false }
        var byte: UInt8 = 0
        return unsafe recv(descriptor, &byte, 1, SocketFlags.peek | SocketFlags.dontWait) == 0
    }
}
