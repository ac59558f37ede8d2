import Answers
import DataFiles
import Inference
import Kernels
import Locking
import RecordIO
import Records
import VAE

/// One operation over all rows of an input, on all cores, in memory that does not grow with it.
package final class BulkRun {
    private let job: BulkWorker.Job
    private let pieces: PieceTurns
    private let bytesSeen: Locked<Int>
    /// Bytes of the input's file; 0 when that is not known.
    package let inputBytes: Int

    /// - Parameter path: a CSV table with a header, newline-delimited JSON, IDX images or a PNG, gzipped or not; `-` for a text
    ///   from standard input.
    package init(_ model: TrainedModel, _ options: BulkOptions, path: String) throws(BulkError) {
        let (counter, file) = (Locked(0), try Self.open(path))
        let (pieces, reading, hasIDs, conditions) = try Self.opening(model, options, path: path, file, counter: counter)
        (self.pieces, bytesSeen, inputBytes) = (PieceTurns(pieces), counter, file.sizeHint)
        job = Self.job(model, options, reading, conditions, hasIDs: hasIDs)
    }

    static func opening(
        _ model: TrainedModel, _ options: BulkOptions, path: String, _ file: FileBytes, counter: Locked<Int>
    ) throws(BulkError) -> Opening.Result {
        let opening = Opening(
            model: model, options: options, source: CountedBytes(file, counter: counter),
            chunkSize: chunkSize(bytes: file.sizeHint, workers: options.workers))
        switch try kind(path) {
        case .idx: return try opening.images(path)
        case .png: return try opening.picture(path)
        case .text: return try opening.text()
        }
    }

    static func open(_ path: String) throws(BulkError) -> FileBytes {
        do throws(DataFileError) { return try FileBytes(path) } catch { throw .data(error) }
    }

    /// The first bytes of standard input cannot be looked at twice.
    private static func kind(_ path: String) throws(BulkError) -> DataFile.Kind {
        guard path != "-" else { return .text }
        do throws(DataFileError) { return try DataFile.kind(of: path) } catch { throw .data(error) }
    }

    /// Without an input, such as for samples.
    package init(_ model: TrainedModel, _ options: BulkOptions, count: Int) throws(BulkError) {
        let conditions = try options.levels.conditions(model, rows: count)
        (pieces, bytesSeen, inputBytes) = (PieceTurns(RowPieces(count: count)), Locked(0), 0)
        job = Self.job(model, options, nil, conditions, hasIDs: false)
    }

    private static func job(
        _ model: TrainedModel, _ options: BulkOptions, _ reading: PieceReading?, _ conditions: RowConditions,
        hasIDs: Bool
    ) -> BulkWorker.Job {
        // Means of samples are printed as those of codes are.
        let shown = options.printsMeans ? Operation.decode(drawSeed: nil) : options.operation
        let style = AnswerStyle(
            model: model, operation: shown, verdict: options.verdict, wantsLatents: false, hasIDs: hasIDs,
            reportsFaults: options.policy == .skip)
        return BulkWorker.Job(model: model, options: options, style: style, reading: reading, conditions: conditions)
    }

    /// Small enough that few rows keep all cores busy, and that what is under way needs little memory.
    private static func chunkSize(bytes: Int, workers: Int) -> Int {
        bytes == 0 ? 1 << 14 : min(max(bytes / (8 * workers), 1 << 12), 1 << 16)
    }

    /// Bytes of the input that were read so far.
    package var bytesRead: Int { bytesSeen.withLock { $0 } }

    /// What stands above the answers.
    package var header: [UInt8] { job.options.format == .csv ? job.style.csvHeader() : [] }

    /// Answers all rows.
    ///
    /// - Parameter write: called for the answers in order; those before a failure come before it is thrown.
    /// - Throws: `BulkError`, or what `write` throws.
    package func run(write: (BulkAnswer) throws -> Void) throws {
        let (job, pieces) = (job, pieces)
        try OrderedPipeline(workers: job.options.workers).run(
            makeWorker: { BulkWorker(job) }, read: { pieces.next() }, work: { $0.answer($1) },
            write: { answer in
                try write(answer)
                if let failure = answer.failure { throw failure }
            })
    }
}

/// Pieces for threads that take turns.
///
/// `@unchecked Sendable`: the pipeline lets one thread at a time read.
private final class PieceTurns: @unchecked Sendable {
    private let source: any PieceSource
    private var isEnded = false

    init(_ source: any PieceSource) {
        self.source = source
    }

    func next() -> Piece? {
        if isEnded { return nil }
        do throws(DataFileError) {
            return try source.next()
        } catch {
            isEnded = true
            return .failure(.data(error))
        }
    }
}
