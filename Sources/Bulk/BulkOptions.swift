import Answers
import Inference
import RecordIO

/// How the answers to an input are made and printed.
package struct BulkOptions: Sendable {
    package var operation: Operation
    package var format = AnswerFormat.csv
    package var policy = FaultPolicy.stop
    /// The caller's column that names records.
    package var idColumn: String?
    /// When a score is an anomaly's; nil leaves p-values out.
    package var verdict: Verdict?
    /// What the input is written in; nil looks at its start.
    package var inputFormat: InputFormat?
    /// Whether means of samples are printed, instead of their draws.
    package var printsMeans = false
    /// What rows are conditioned on.
    package var levels = LevelChoice()
    package var workers: Int

    package init(_ operation: Operation, workers: Int) {
        (self.operation, self.workers) = (operation, workers)
    }
}
