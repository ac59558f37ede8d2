import Dispatch
import HTTPServer

/// Gives systemd a sign of life while the server answers itself: a process that only runs is not well.
final class Watchdog: Sendable {
    private let notifier: ServiceNotifier
    private let address: HTTPAddress
    private let scheme: HTTPProbe.Scheme
    private let interval: Duration
    private let queue = DispatchQueue(label: "elbo.watchdog")

    /// Begins at once, and lasts as long as the process. Nil where systemd does not wait for signs.
    init?(_ notifier: ServiceNotifier, _ address: HTTPAddress, _ scheme: HTTPProbe.Scheme) {
        guard let timeout = notifier.watchdogTimeout else { return nil }
        (self.notifier, self.address, self.scheme) = (notifier, address, scheme)
        interval = timeout / 3
        queue.async { self.look() }
    }

    private func look() {
        let patience = max(interval / 2, .milliseconds(1))
        // Any answer is one: a server that has no room for a connection lives.
        let isAlive = (try? HTTPProbe.status(at: address, scheme, path: "/livez", timeout: patience)) != nil
        if isAlive { notifier.alive() }
        // One look that fails in passing must not be the end.
        let (seconds, attoseconds) = (isAlive ? interval : interval / 5).components
        let nanoseconds = Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000)
        queue.asyncAfter(deadline: .now() + .nanoseconds(nanoseconds)) { self.look() }
    }
}
