/// Which pieces of work are read, done and written: keeps their order, and few enough of them at a time.
///
/// A value that decides; `OrderedPipeline` carries it out.
struct PieceLedger<Result> {
    /// Pieces between reading and writing.
    private let limit: Int
    private var isReading = false
    private var isEnded = false
    private var isStopped = false
    private var readCount = 0
    private var writtenCount = 0
    private var done: [Int: Result] = [:]

    init(limit: Int) {
        precondition(limit > 0, "one piece must be under way")
        self.limit = limit
    }

    /// What a worker does next.
    enum Turn: Equatable {
        /// Reads the piece of this number, the only one that reads.
        case read(Int)
        case leave
    }

    /// - Returns: nil while somebody else reads, or too much waits to be written.
    mutating func takeTurn() -> Turn? {
        if isStopped || isEnded { return .leave }
        guard !isReading, readCount - writtenCount < limit else { return nil }
        isReading = true
        return .read(readCount)
    }

    /// A piece was read, or there are no more.
    mutating func endTurn(hasPiece: Bool) {
        isReading = false
        if hasPiece { readCount += 1 } else { isEnded = true }
    }

    mutating func finish(_ piece: Int, _ result: Result) { done[piece] = result }

    /// What the writer does next.
    enum Output {
        case write(Result)
        case end
    }

    /// - Returns: nil while the next piece is not done.
    mutating func takeOutput() -> Output? {
        if let result = done.removeValue(forKey: writtenCount) {
            writtenCount += 1
            return .write(result)
        }
        return isEnded && writtenCount == readCount ? .end : nil
    }

    /// Nobody reads any more.
    mutating func stop() { isStopped = true }
}
