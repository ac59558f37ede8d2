import Testing

@testable import Training

@Suite struct EarlyStoppingTests {
    @Test func countsEpochsSinceTheBest() {
        var stopping = EarlyStopping()
        let results = [-5, -4, -4, -6, -3, -7].enumerated().map { stopping.observe(elbo: $1, epoch: $0 + 1) }
        #expect(results == [true, true, false, false, true, false])
        #expect(stopping == EarlyStopping(best: -3, bestEpoch: 5, epochsSinceBest: 1))
        #expect(stopping.shouldStop(patience: 1) && !stopping.shouldStop(patience: 2))
    }

    @Test func whatIsNoNumberIsNeverTheBest() {
        var stopping = EarlyStopping()
        let results = [.nan, -4, .nan, -3].enumerated().map { stopping.observe(elbo: $1, epoch: $0 + 1) }
        #expect(results == [false, true, false, true])
        #expect(stopping == EarlyStopping(best: -3, bestEpoch: 4, epochsSinceBest: 0))
    }
}
