import Glibc
import Locking
import Testing

@testable import Bulk

@Suite struct OrderedPipelineTests {
    struct Failed: Error {}

    /// Pieces that take very different times.
    private func run(
        pieces: Int, workers: Int, read: @escaping @Sendable (Int) -> Void = { _ in }, write: (Int) throws -> Void
    ) throws {
        let next = Locked(0)
        try OrderedPipeline(workers: workers).run(
            makeWorker: {},
            read: {
                let piece = next.withLock { next in
                    next += 1
                    return next - 1
                }
                read(piece)
                return piece < pieces ? piece : nil
            },
            work: { (_: Void, piece: Int) in
                usleep(UInt32(piece % 7 * 200))
                return piece
            }, write: write)
    }

    @Test(arguments: [1, 2, 5])
    func keepsTheOrder(workers: Int) throws {
        var written: [Int] = []
        try run(pieces: 100, workers: workers) { written.append($0) }
        #expect(written == Array(0..<100))
    }

    @Test func writesNothingOfNothing() throws {
        try run(pieces: 0, workers: 3) { _ in throw Failed() }
    }

    @Test func aSlowWriterHoldsReadingUp() throws {
        let furthest = Locked(0)
        var mostAhead = 0
        try run(pieces: 60, workers: 2, read: { piece in furthest.withLock { $0 = max($0, piece) } }) { piece in
            usleep(2_000)
            mostAhead = max(mostAhead, furthest.withLock { $0 } - piece)
        }
        // The one being written, those under way, and the one whose reading has begun.
        #expect(mostAhead <= 2 * OrderedPipeline.piecesPerWorker + 1)
        #expect(mostAhead > 1, "nothing was read ahead")
    }

    @Test func aWriterThatFailsEndsIt() {
        let read = Locked(0)
        var written: [Int] = []
        #expect(throws: Failed.self) {
            try run(pieces: 1_000, workers: 2, read: { _ in read.withLock { $0 += 1 } }) { piece in
                if piece == 5 { throw Failed() }
                written.append(piece)
            }
        }
        #expect(written == [0, 1, 2, 3, 4])
        #expect(read.withLock { $0 } < 100)
    }
}
