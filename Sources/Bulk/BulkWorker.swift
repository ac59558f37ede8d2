import Answers
import DataFiles
import Inference
import JSON
import Kernels
import RecordIO
import VAE

/// Parses, computes and prints one piece after the other, on one thread.
final class BulkWorker {
    /// What all workers of one input share.
    struct Job: Sendable {
        let model: TrainedModel
        let options: BulkOptions
        let style: AnswerStyle
        /// nil where the input has no text.
        let reading: PieceReading?
        /// `none` where the rows hold their levels.
        let conditions: RowConditions

        /// Numbers of one row of the input.
        var inputWidth: Int {
            if options.operation.inputKind == .latent { return model.network.latentDimension }
            return conditions == .none ? model.rowDimension : model.recordDimension
        }
    }

    private let job: Job
    private let runner: OperationRunner

    init(_ job: Job) {
        self.job = job
        runner = OperationRunner(job.model)
    }

    func answer(_ piece: Piece) -> BulkAnswer {
        var answer = BulkAnswer()
        do throws(BulkError) {
            switch piece {
            case .text(let chunk): try self.answer(chunk, into: &answer)
            case .rows(let rows, let first): try self.answer(rows, first: first, into: &answer)
            case .failure(let error): throw error
            }
        } catch {
            answer.failure = error
        }
        return answer
    }

    private func answer(_ rows: Matrix<Float>, first: Int, into answer: inout BulkAnswer) throws(BulkError) {
        let (output, failedRow) = compute(rows, first: first)
        let count = failedRow ?? rows.rows
        try print(output.rows(0..<count), nil, into: &answer)
        if let failedRow { throw .noAnswer(row: first + failedRow + 1) }
    }

    /// Answers what comes before a failure, too.
    private func answer(_ chunk: RecordChunk, into answer: inout BulkAnswer) throws(BulkError) {
        var batch = RecordBatch(width: job.inputWidth)
        var failure = read(chunk, into: &batch)
        var (output, failedRow) = compute(batch.matrix, first: chunk.firstRow - 1)
        if let row = failedRow, let record = batch.record(ofRow: row) {
            batch.removeRecords(from: record)
            output = output.rows(0..<row)
            failure = .noAnswer(row: chunk.firstRow + record)
        }
        try print(output, batch, into: &answer)
        if let failure { throw failure }
    }

    private func read(_ chunk: RecordChunk, into batch: inout RecordBatch) -> BulkError? {
        guard let reading = job.reading else { preconditionFailure("text without a way to read it") }
        var failure: BulkError?
        do throws(BulkError) { try reading.read(chunk, into: &batch) } catch { failure = error }
        guard job.options.policy == .stop, let fault = batch.faults.first else { return failure }
        batch.removeRecords(from: fault.row - chunk.firstRow)
        return .fault(fault)
    }

    /// - Returns: the answers, and the first row that has none; those before it have theirs.
    private func compute(_ rows: Matrix<Float>, first: Int) -> (output: InferenceOutput, failedRow: Int?) {
        let output = InferenceOutput(job.options.operation, rows: rows.rows, model: job.model)
        let rows = job.conditions.joined(to: rows, first: first)
        do throws(InferenceError) {
            let positions = (0..<rows.rows).map { first + $0 }
            try runner.run(job.options.operation, rows, positions: positions, into: output)
            return (output, nil)
        } catch {
            guard case .notFinite(let row) = error else { preconditionFailure("a checked batch: \(error)") }
            return (output, row)
        }
    }

    private func print(
        _ output: InferenceOutput, _ batch: RecordBatch?, into answer: inout BulkAnswer
    ) throws(BulkError) {
        let rows = AnswerRows(job.style, shown(output), batch: batch)
        do throws(JSONError) {
            try rows.appendLines(job.options.format, to: &answer.bytes)
        } catch {
            throw .answer(error)
        }
        answer.tally.rows = output.rowCount
        answer.tally.faults = batch?.faults.count ?? 0
        if case .scores(let scores) = output { tally(scores, into: &answer.tally) }
    }

    private func shown(_ output: InferenceOutput) -> InferenceOutput {
        guard case .samples(_, let mean, _) = output, job.options.printsMeans else { return output }
        return .records(mean: mean, draw: nil)
    }

    private func tally(_ scores: ScoreOutput, into tally: inout BulkTally) {
        for row in 0..<scores.rows {
            let score = scores[row]
            tally.scoreSum += score.score
            if job.options.verdict?.isAnomaly(score.anomalyScore) == true { tally.anomalies += 1 }
        }
    }
}
