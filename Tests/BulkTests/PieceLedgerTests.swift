import Testing

@testable import Bulk

@Suite struct PieceLedgerTests {
    @Test func oneReadsAtATime() {
        var ledger = PieceLedger<String>(limit: 8)
        #expect(ledger.takeTurn() == .read(0))
        #expect(ledger.takeTurn() == nil)
        ledger.endTurn(hasPiece: true)
        #expect(ledger.takeTurn() == .read(1))
    }

    @Test func writesInTheOrderOfReading() {
        var ledger = read(pieces: 3, limit: 8)
        ledger.finish(2, "c")
        ledger.finish(1, "b")
        #expect(written(&ledger) == [])
        ledger.finish(0, "a")
        #expect(written(&ledger) == ["a", "b", "c"])
    }

    @Test func readsNoMoreThanMayWait() {
        var ledger = read(pieces: 2, limit: 2)
        #expect(ledger.takeTurn() == nil)
        ledger.finish(1, "b")
        #expect(ledger.takeTurn() == nil, "a piece that is done still needs memory")
        ledger.finish(0, "a")
        #expect(ledger.takeTurn() == nil)
        #expect(written(&ledger) == ["a", "b"])
        #expect(ledger.takeTurn() == .read(2))
    }

    @Test func endsWhenAllIsWritten() {
        var ledger = read(pieces: 1, limit: 2)
        #expect(ledger.takeTurn() == .read(1))
        ledger.endTurn(hasPiece: false)
        #expect(ledger.takeTurn() == .leave)
        #expect(ledger.takeOutput() == nil)
        ledger.finish(0, "a")
        #expect(written(&ledger) == ["a"])
        guard case .end = ledger.takeOutput() else { return #expect(Bool(false), "not at the end") }
    }

    @Test func sendsWorkersHomeWhenStopped() {
        var ledger = read(pieces: 2, limit: 2)
        ledger.stop()
        #expect(ledger.takeTurn() == .leave)
    }

    private func read(pieces: Int, limit: Int) -> PieceLedger<String> {
        var ledger = PieceLedger<String>(limit: limit)
        for _ in 0..<pieces {
            _ = ledger.takeTurn()
            ledger.endTurn(hasPiece: true)
        }
        return ledger
    }

    private func written(_ ledger: inout PieceLedger<String>) -> [String] {
        var results: [String] = []
        while case .write(let result) = ledger.takeOutput() { results.append(result) }
        return results
    }
}
