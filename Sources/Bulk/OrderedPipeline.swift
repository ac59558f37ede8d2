internal import Dispatch

/// Does pieces of work on several threads, and gives the results out in the order of the pieces.
///
/// The workers take turns at reading, so a slow reader holds up nothing but reading; a slow writer stops it.
struct OrderedPipeline {
    private let workers: Int

    init(workers: Int) {
        self.workers = workers
    }

    /// Pieces between reading and writing, for each worker: enough that none waits for a slow one.
    static let piecesPerWorker = 4

    /// - Parameters:
    ///   - makeWorker: called on each thread for what only that thread uses.
    ///   - read: called by one thread at a time; nil at the end.
    ///   - write: called on this thread; what it throws ends everything.
    func run<Worker, Piece, Result>(
        makeWorker: @escaping @Sendable () -> Worker, read: @escaping @Sendable () -> Piece?,
        work: @escaping @Sendable (Worker, Piece) -> Result, write: (Result) throws -> Void
    ) throws {
        let ledger = Monitor(PieceLedger<Result>(limit: workers * Self.piecesPerWorker))
        let queue = DispatchQueue(label: "bulk", attributes: .concurrent)
        // Nobody waits for the threads' end: one may be held up by standard input when the reader of the output has gone.
        for _ in 0..<workers {
            queue.async {
                let worker = makeWorker()
                while case .read(let number) = ledger.wait({ $0.takeTurn() }) {
                    let piece = read()
                    ledger.update { $0.endTurn(hasPiece: piece != nil) }
                    guard let piece else { return }
                    let result = work(worker, piece)
                    ledger.update { $0.finish(number, result) }
                }
            }
        }
        defer { ledger.update { $0.stop() } }
        while case .write(let result) = ledger.wait({ $0.takeOutput() }) { try write(result) }
    }
}
