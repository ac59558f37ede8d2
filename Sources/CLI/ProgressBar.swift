import Synchronization

/// A bar on the terminal for work whose size is known; nothing elsewhere.
final class ProgressBar: Sendable {
    private let total: Int
    private let start = ContinuousClock.now
    private let isTerminal = Output.errorIsTerminal
    private let lastDrawn = Mutex<ContinuousClock.Instant?>(nil)

    init(_ total: Int) {
        self.total = total
    }

    /// Redraws, at most ten times a second; from any thread.
    func show(_ done: Int) {
        guard isTerminal else { return }
        let now = ContinuousClock.now
        let isDue = lastDrawn.withLock { last in
            if let last, now - last < .milliseconds(100), done < total { return false }
            last = now
            return true
        }
        guard isDue else { return }
        let elapsed = (now - start).inSeconds
        let left = elapsed / Double(max(done, 1)) * Double(total - done)
        Output.note(
            "\r\u{1B}[K\(Text.bar(Double(done) / Double(total)))  \(Text.grouped(done))/\(Text.grouped(total)) rows  "
                + "\(Text.duration(left)) left")
    }

    func clear() {
        if isTerminal { Output.note("\r\u{1B}[K") }
    }
}
