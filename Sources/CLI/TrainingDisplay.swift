import Kernels
import ModelStorage
import Records
import Training
import VAE

/// How training looks while it runs: a progress bar on a terminal, a line an epoch elsewhere.
struct TrainingDisplay {
    private let run: TrainingRun
    private let isTerminal = Output.errorIsTerminal
    private let start = ContinuousClock.now
    private var lastDrawn: ContinuousClock.Instant?

    init(_ run: TrainingRun) {
        self.run = run
    }

    func begin() {
        let (rows, dimension) = (run.data.values.rows, run.data.values.columns)
        let parameters = run.trainer.bestParameters.vector.count
        let what = run.data.schema == nil ? "numbers" : "columns"
        Output.noteLine(
            "\(run.data.file): \(Text.grouped(rows)) rows of \(dimension) \(what); "
                + "\(run.architecture.likelihood.name) VAE with \(Text.grouped(parameters)) parameters, "
                + "latent dimension \(run.architecture.latentDimension)")
        for trial in run.familyTrials {
            let bound = Text.fixed(trial.validationELBO, 3)
            Output.noteLine("tried \(trial.family.rawValue): validation ELBO \(bound) nats a row")
        }
        showColumns()
        if run.resumedEpochs > 0 { Output.noteLine("resumed after epoch \(run.resumedEpochs)") }
    }

    /// What was chosen for each column.
    private func showColumns() {
        guard let schema = run.data.schema, case .columns(let families) = run.architecture.likelihood else { return }
        if let warning = ColumnText.headerWarning(schema.columns.map(\.name)) { Output.noteLine(warning) }
        for line in ColumnText.table(schema, families, limit: 60) { Output.noteLine(line) }
    }

    /// Redraws the bar, at most ten times a second.
    mutating func show(_ progress: TrainingProgress) {
        guard isTerminal else { return }
        let now = ContinuousClock.now
        if let lastDrawn, now - lastDrawn < .milliseconds(100), progress.rowsDone < progress.rows { return }
        lastDrawn = now
        Output.note("\r\u{1B}[K" + line(progress, elapsed: (now - start).inSeconds))
    }

    private func line(_ progress: TrainingProgress, elapsed: Double) -> String {
        let share = Double(progress.rowsDone) / Double(progress.rows)
        let done = Double(progress.epoch - 1) + share
        let doneHere = done - Double(run.resumedEpochs)
        let rate = doneHere * Double(progress.rows) / max(elapsed, 1e-9)
        let left = elapsed / max(doneHere, 1e-9) * (Double(progress.epochs) - done)
        var parts = [
            "epoch \(progress.epoch)/\(progress.epochs) \(Text.bar(share))",
            "log p \(Text.fixed(progress.logLikelihood))", "KL \(Text.fixed(progress.klDivergence))",
            "ELBO \(Text.fixed(progress.logLikelihood - progress.klDivergence))",
        ]
        if let last = progress.last {
            parts.append("validation \(bound(last.validationELBO))")
            parts.append("\(last.activeUnits) active")
        }
        return (parts + ["\(Text.grouped(Int(rate))) rows/s", "\(Text.duration(left)) left"]).joined(separator: "  ")
    }

    private func bits(_ elbo: Double) -> String { Text.bits(run.architecture.bitsPerDimension, nats: -elbo) }

    /// An ELBO in nats, of images also in bits.
    private func bound(_ elbo: Double) -> String { Text.fixed(elbo) + bits(elbo) }

    func show(_ record: EpochRecord) {
        guard !isTerminal else { return }
        let rows = run.data.values.rows
        let elapsed = (ContinuousClock.now - start).inSeconds
        let rate = Double((record.epoch - run.resumedEpochs) * rows) / max(elapsed, 1e-9)
        Output.noteLine(
            "epoch \(record.epoch)/\(run.options.epochs)  log p \(Text.fixed(record.trainingLogLikelihood))"
                + "  KL \(Text.fixed(record.trainingKLDivergence))  ELBO \(Text.fixed(record.trainingELBO))"
                + "  validation \(bound(record.validationELBO))  \(record.activeUnits) active"
                + "  \(Text.grouped(Int(rate))) rows/s")
    }

    func end(_ model: StoredModel, output: String) throws {
        if isTerminal { Output.noteLine("") }
        let elapsed = (ContinuousClock.now - start).inSeconds
        let best = run.trainer.history[max(run.trainer.bestEpoch - 1, 0)]
        let reason = run.trainer.stoppedEarly ? "no better bound for \(run.options.patience) epochs" : "all epochs done"
        try Output.writeLine(
            "\(output): validation ELBO \(Text.fixed(best.validationELBO)) nats a row\(bits(best.validationELBO)) at epoch \(best.epoch) "
                + "(\(reason), \(Text.duration(elapsed)))")
        for line in CalibrationText.lines(model.model) { try Output.writeLine("  \(line)") }
    }
}
