internal import CPosix
import Glibc

/// Tells systemd how the service is, as sd_notify(3) does: lines of text in a datagram.
struct ServiceNotifier: Sendable {
    private let socket: String
    /// How long systemd waits for a sign of life; nil where it does not.
    let watchdogTimeout: Duration?

    /// Nil where nobody wants to know.
    init?() {
        guard let socket = Self.variable("NOTIFY_SOCKET"), !socket.isEmpty else { return nil }
        self.socket = socket
        let process = Self.variable("WATCHDOG_PID")
        let isOurs = process == nil || process == String(getpid())
        let microseconds = Self.variable("WATCHDOG_USEC").flatMap { Int64($0) }
        watchdogTimeout = isOurs ? microseconds.flatMap { $0 > 0 ? .microseconds($0) : nil } : nil
    }

    /// Requests are being answered, by what was read last.
    func ready(_ status: String) {
        tell(["READY=1", "STATUS=\(status)"])
    }

    func reloading() {
        tell(["RELOADING=1", "MONOTONIC_USEC=\(CPosixMonotonicMicroseconds())", "STATUS=reloading"])
    }

    func stopping() {
        tell(["STOPPING=1", "STATUS=finishing what has been accepted"])
    }

    func alive() {
        tell(["WATCHDOG=1"])
    }

    /// Whoever should hear may have gone; that is not our concern.
    private func tell(_ lines: [String]) {
        _ = unsafe CPosixSendDatagram(socket, lines.joined(separator: "\n"))
    }

    private static func variable(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        return unsafe String(cString: value)
    }
}
