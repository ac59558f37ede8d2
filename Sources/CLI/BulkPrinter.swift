import Bulk
import Glibc
import Inference
import RecordIO
import VAE

/// Prints the answers of a run, and on standard error how it goes.
struct BulkPrinter {
    private let run: BulkRun
    private let options: BulkOptions
    private let bits: BitsPerDimension?
    private let start = ContinuousClock.now
    /// A bar would run through answers that appear on the same terminal.
    private let showsBar = Output.errorIsTerminal && !Output.isTerminal

    /// - Parameter bits: how mean scores are told in bits too; nil for tables.
    init(_ run: BulkRun, _ options: BulkOptions, bits: BitsPerDimension? = nil) {
        (self.run, self.options, self.bits) = (run, options, bits)
    }

    /// - Throws: `BulkError`, or `Failure` when the answers cannot be written.
    func print() throws {
        // A reader that has gone, such as `head`, is no error; the write that finds out ends the work.
        signal(SIGPIPE, SIG_IGN)
        var (tally, bar) = (BulkTally(), BulkBar(run, start: start))
        do {
            try Output.write(run.header)
            try run.run { answer in
                try Output.write(answer.bytes)
                tally.add(answer.tally)
                if showsBar { bar.show(tally) }
            }
        } catch is Output.ReaderGone {
            if showsBar { bar.clear() }
            return
        } catch {
            if showsBar { bar.clear() }
            throw error
        }
        if showsBar { bar.clear() }
        Output.noteLine(summary(tally))
    }

    private func summary(_ tally: BulkTally) -> String {
        let seconds = (ContinuousClock.now - start).inSeconds
        let all = tally.rows + tally.faults
        var parts = [
            "\(Text.counted(all, "row")) in \(Text.fixed(seconds)) s",
            "\(Text.grouped(Int(Double(all) / max(seconds, 1e-9)))) rows/s",
        ]
        if case .score = options.operation, tally.rows > 0 {
            let mean = tally.scoreSum / Double(tally.rows)
            parts.append("mean score \(Text.fixed(mean, 3)) nats\(Text.bits(bits, nats: mean))")
            if options.verdict != nil { parts.append(Text.counted(tally.anomalies, "anomaly", "anomalies")) }
        }
        if options.policy == .skip { parts.append(Text.counted(tally.faults, "bad row")) }
        return parts.joined(separator: ", ")
    }
}

/// How far a run has come, on one line of a terminal.
private struct BulkBar {
    private let run: BulkRun
    private let start: ContinuousClock.Instant
    private var lastDrawn: ContinuousClock.Instant?

    init(_ run: BulkRun, start: ContinuousClock.Instant) {
        (self.run, self.start) = (run, start)
    }

    /// Redraws the bar, at most ten times a second.
    mutating func show(_ tally: BulkTally) {
        let now = ContinuousClock.now
        if let lastDrawn, now - lastDrawn < .milliseconds(100) { return }
        lastDrawn = now
        Output.note("\r\u{1B}[K" + line(tally, seconds: (now - start).inSeconds))
    }

    func clear() { Output.note("\r\u{1B}[K") }

    private func line(_ tally: BulkTally, seconds: Double) -> String {
        let rows = tally.rows + tally.faults
        var parts = [
            "\(Text.counted(rows, "row"))", "\(Text.grouped(Int(Double(rows) / max(seconds, 1e-9)))) rows/s",
        ]
        if tally.faults > 0 { parts.append(Text.counted(tally.faults, "bad row")) }
        guard run.inputBytes > 0 else { return parts.joined(separator: "  ") }
        // What is under way has been read but is not printed yet; near enough.
        let share = min(Double(run.bytesRead) / Double(run.inputBytes), 1)
        parts.append("\(Text.duration(seconds / max(share, 1e-9) * (1 - share))) left")
        return ([Text.bar(share), "\(Int(share * 100)) %"] + parts).joined(separator: "  ")
    }
}
