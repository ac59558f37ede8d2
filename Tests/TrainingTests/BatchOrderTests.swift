import Testing

@testable import Training

@Suite struct BatchOrderTests {
    @Test(arguments: [1, 2, 3, 64, 1_000])
    func anEpochIsAPermutation(count: Int) {
        let rows = (0..<count).map { $0 * 3 }
        let order = BatchOrder.epoch(rows, number: 1, seed: 5)
        #expect(order.sorted() == rows)
        #expect(order == BatchOrder.epoch(rows, number: 1, seed: 5))
        if count > 60 {
            #expect(order != rows)
            #expect(order != BatchOrder.epoch(rows, number: 2, seed: 5))
            #expect(order != BatchOrder.epoch(rows, number: 1, seed: 6))
        }
    }

    /// Each of the six orders of three about as often.
    @Test func ordersAreEquallyLikely() {
        var counts: [[Int]: Int] = [:]
        for seed in 0..<3_000 as Range<UInt64> {
            counts[BatchOrder.epoch([0, 1, 2], number: 1, seed: seed), default: 0] += 1
        }
        #expect(counts.count == 6)
        // Four standard errors of a count with p = 1/6.
        for count in counts.values { #expect(abs(Double(count) - 500) < 4 * (500 * 5 / 6.0).squareRoot()) }
    }

    @Test(arguments: [(10, 0.1, 1), (10, 0.001, 1), (10, 0.99, 9), (75, 0.1, 8), (100, 0.5, 50)])
    func splitKeepsItsShare(rows: Int, share: Double, expected: Int) {
        let split = BatchOrder.split(rows: rows, validationShare: share, calibrationShare: 0, seed: 3)
        #expect(split.validation.count == expected && split.calibration.isEmpty)
        #expect((split.training + split.validation).sorted() == Array(0..<rows))
        #expect(split.training == split.training.sorted() && split.validation == split.validation.sorted())
    }

    /// No row is in two parts, and none is lost. A small table gives a sixth, up to 50 rows; none gives more than 20,000.
    @Test(
        arguments: [
            (10, 0.15, 1, 2), (100, 0.15, 10, 16), (300, 0.15, 30, 50), (1_000, 0.15, 100, 150),
            (1_000, 0.9, 100, 899), (300_000, 0.15, 20_000, 20_000),
        ])
    func calibrationRowsAreOfTheirOwn(rows: Int, share: Double, validation: Int, calibration: Int) {
        let split = BatchOrder.split(rows: rows, validationShare: 0.1, calibrationShare: share, seed: 3)
        #expect(split.validation.count == validation && split.calibration.count == calibration)
        #expect((split.training + split.validation + split.calibration).sorted() == Array(0..<rows))
        #expect(split.calibration == split.calibration.sorted() && !split.training.isEmpty)
        // The rows that decide when to stop do not depend on what is kept for calibration.
        let plain = BatchOrder.split(rows: rows, validationShare: 0.1, calibrationShare: 0, seed: 3)
        #expect(plain.validation == split.validation)
    }
}
