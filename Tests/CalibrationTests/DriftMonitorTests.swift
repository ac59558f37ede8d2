import TestSupport
import Testing

@testable import Calibration

@Suite struct DriftMonitorTests {
    /// `scipy.special.kolmogorov`, scipy 1.17.1.
    @Test(arguments: [
        (0.2, 0.999999999999495), (0.5, 0.9639452436648751), (0.9, 0.3927307079406543), (0.999, 0.27107316411506394),
        (1.0, 0.26999967167735456), (1.001, 0.26892926629862707), (1.36, 0.049485876755377876),
        (2.0, 0.0006709252557796953), (4.0, 2.532833109818835e-14), (0.0, 1), (0.01, 1), (100.0, 0),
    ])
    func kolmogorovTail(lambda: Double, expected: Double) {
        let tail = Kolmogorov.upperTail(lambda)
        #expect(abs(tail - expected) <= 1e-13 * max(expected, 1e-3) * 10)
    }

    @Test func computesWhatNumPyComputes() throws {
        // numpy 2 and scipy 1.17.1, 200 edges 5, 10, …, 1000 and 20 bins of 50:
        //   cal = np.arange(1, 1001.0); live = np.floor(np.arange(1, 401) * 1.9 + 250)
        //   edges = np.arange(5, 1001, 5.0); Fc, Fl = np.searchsorted(cal or live, edges, side='right') / size
        //   D = np.abs(Fc - Fl).max(); p = scipy.special.kolmogorov(np.sqrt(400 * 1000 / 1400) * D)
        //   k = np.bincount(np.searchsorted(np.arange(50, 1000, 50.0), live), minlength=20)
        //   a = (k + .5) / 410; psi = ((a - .05) * np.log(a / .05)).sum() - 19 * (1/400 + 1/1000) * (400/410)**2
        let monitor = try DriftMonitor(ScoreDistribution((1...1000).map(Double.init)))
        monitor.observe((1...400).map { (Double($0) * 1.9 + 250).rounded(.down) })
        let report = monitor.report()
        #expect(report.count == 400)
        #expect(abs(report.ksStatistic - 0.25) < 1e-12)
        #expect(abs(report.ksPValue / 6.173234644925383e-16 - 1) < 1e-9)
        #expect(abs(report.stabilityIndex - 0.9135713944541197) < 1e-12)
        #expect(report.shareBelow5Percent == 0.0775)
        #expect(report.shareBelow1Percent == 0.025)
        #expect(abs(report.mean - 630.5) < 1e-9)
        #expect(report.calibrationMean == 500.5)
        #expect(report.verdict == .drifted)
    }

    /// Against counting the scores themselves.
    @Test func bucketsLieBetweenQuantiles() throws {
        let monitor = try DriftMonitor(ScoreDistribution((1...1000).map(Double.init)))
        let scores = (1...400).map { (Double($0) * 3.1 - 50).rounded(.down) }
        monitor.observe(scores + [.nan])
        let histogram = monitor.histogram()
        #expect(histogram.bounds == [10, 50, 100, 250, 500, 750, 900, 950, 980, 990, 995, 1000])
        let edges = [-Double.infinity] + histogram.bounds + [.infinity]
        let expected = zip(edges, edges.dropFirst()).map { low, high in scores.count { $0 > low && $0 <= high } }
        #expect(histogram.counts == expected)
        #expect(abs(histogram.sum - scores.reduce(0, +)) < 1e-6)
        #expect(
            histogram.below5Percent == scores.count { $0 > 951 } && histogram.below1Percent == scores.count { $0 > 991 }
        )
    }

    @Test func bucketsOfTiedScoresAreFewer() throws {
        let monitor = try DriftMonitor(
            ScoreDistribution(Array(repeating: 1, count: 600) + Array(repeating: 2, count: 400)))
        monitor.observe([0.5, 1, 1, 2, 3])
        #expect(monitor.histogram().bounds == [1, 2] && monitor.histogram().counts == [3, 1, 1])
        let none = try DriftMonitor(ScoreDistribution([7, 7, 7])).histogram()
        #expect(none.bounds == [7] && none.counts == [0, 0] && none.sum == 0)
    }

    /// Without drift: the index is 0 but for chance, in the mean before it is cut off at 0; the KS p-value is not small.
    @Test(arguments: [100, 1000, 10_000])
    func staysStableWithoutDrift(rows: Int) throws {
        var generator = SeededGenerator(state: 8)
        func sample(_ count: Int) -> [Double] {
            (0..<count).map { _ in (0..<4).reduce(0) { sum, _ in sum + Double.random(in: -1...1, using: &generator) } }
        }
        var (total, small, stable) = (0.0, 0, 0)
        let repetitions = 60
        for _ in 0..<repetitions {
            let monitor = try DriftMonitor(ScoreDistribution(sample(6000)))
            monitor.observe(sample(rows))
            let report = monitor.report()
            total += report.stabilityIndex
            if report.ksPValue < 0.05 { small += 1 }
            if report.verdict == .stable { stable += 1 }
        }
        // The index is near (χ²₁₉ − 19)(1/N + 1/n); the positive part of χ²₁₉ − 19 has mean 2.4 and deviation 3.6.
        let unit = 1 / Double(rows) + 1 / 6000
        #expect(total / Double(repetitions) < 4.3 * unit)
        #expect(total / Double(repetitions) > 0.5 * unit)
        // Binomial(60, 0.05) is beyond 9 with probability 0.001; binning makes the p-value larger.
        #expect(small <= 9)
        #expect(stable >= repetitions * 9 / 10)
    }

    @Test(arguments: [(0.0, "stable"), (0.4, "shifted"), (0.7, "drifted")])
    func namesTheDrift(shift: Double, verdict: String) throws {
        var generator = SeededGenerator(state: 9)
        func sample(_ count: Int, _ shift: Double) -> [Double] {
            (0..<count).map { _ in
                (0..<12).reduce(shift - 6) { sum, _ in sum + Double.random(in: 0...1, using: &generator) }
            }
        }
        let monitor = try DriftMonitor(ScoreDistribution(sample(5000, 0)))
        monitor.observe(sample(99, shift))
        #expect(monitor.report().verdict == .insufficient)
        monitor.observe(sample(5000, shift))
        let report = monitor.report()
        #expect(report.verdict.rawValue == verdict)
        // Between normals the index is the squared shift.
        #expect(abs(report.stabilityIndex - shift * shift) < 0.05)
        #expect(abs(report.mean - report.calibrationMean - shift) < 0.06)
    }

    @Test func reportsRecentScoresApart() throws {
        let monitor = try DriftMonitor(ScoreDistribution((0..<1000).map(Double.init)))
        for _ in 0..<20 { monitor.observe((0..<1000).map(Double.init)) }
        #expect(monitor.report(.recent).count == 10_000)
        #expect(monitor.report(.recent).ksStatistic < 1e-12)
        monitor.observe([Double](repeating: 2000, count: 5001))
        let recent = monitor.report(.recent)
        #expect(recent.count == 5001)
        #expect(recent.ksStatistic == 1)
        #expect(recent.mean == 2000)
        #expect(recent.shareBelow1Percent == 1)
        monitor.observe((0..<1000).map(Double.init))
        #expect(monitor.report(.recent).count == 6001)
        #expect(monitor.report().count == 26_001)
        let shares = monitor.report()
        #expect(abs(shares.mean - (21 * 499_500 + 5001 * 2000) / 26_001) < 1e-8)
    }

    private static let large = Double.greatestFiniteMagnitude
    static let oddScores: [[Double]] = [
        [1], [1, 1, 1], [0, 0, 0, 1], [0, 1, 1, 1], [1, 2], [-large, large], (0..<7000).map { Double($0 % 3) },
        (0..<7000).map { Double($0) }, [Double](repeating: 0, count: 6900) + (1...100).map { Double($0) },
    ]

    /// Ties, few scores, one value, extreme values: bins have calibration scores, and numbers are numbers.
    @Test(arguments: DriftMonitorTests.oddScores)
    func givesNumbersForWhatever(scores: [Double]) throws {
        let distribution = try ScoreDistribution(scores)
        let bins = DriftBins(distribution)
        for (start, end) in zip(bins.coarseStarts, bins.coarseStarts.dropFirst()) {
            #expect(bins.share(before: end) > bins.share(before: start))
        }
        #expect(zip(bins.edges, bins.edges.dropFirst()).allSatisfy { $0 < $1 })
        let monitor = DriftMonitor(distribution)
        try expectNumbers(monitor)
        let large = Self.large
        let live: [[Double]] = [
            [1], scores, [.nan, .infinity, -.infinity], [large, -large, large], [Double](repeating: large, count: 300),
            [Double](repeating: -large, count: 300),
        ]
        for scores in live {
            monitor.observe(scores)
            try expectNumbers(monitor)
        }
        #expect(monitor.report().notFiniteCount == 3)
    }

    private func expectNumbers(_ monitor: DriftMonitor) throws {
        for period in [DriftMonitor.Period.sinceStart, .recent] {
            let report = monitor.report(period)
            #expect(report.stabilityIndex >= 0 && report.stabilityIndex.isFinite)
            for share in [
                report.ksStatistic, report.ksPValue, report.shareBelow5Percent, report.shareBelow1Percent,
            ] { #expect(share >= 0 && share <= 1) }
            #expect(report.mean.isFinite && report.calibrationMean.isFinite)
        }
    }

    @Test func callsNoVerdictOnOneValue() throws {
        let monitor = try DriftMonitor(ScoreDistribution([Double](repeating: 3, count: 500)))
        monitor.observe([Double](repeating: 4, count: 500))
        #expect(monitor.report().verdict == .insufficient)
        #expect(monitor.report().ksStatistic == 1)
        #expect(monitor.report().ksPValue < 1e-9)
    }

    /// Tied scores are drift neither in one direction nor the other.
    @Test func tiesAreNoDrift() throws {
        let monitor = try DriftMonitor(ScoreDistribution((0..<9000).map { Double($0 % 7) }))
        monitor.observe((0..<700).map { Double($0 % 7) })
        let report = monitor.report()
        #expect(report.ksStatistic < 0.001)
        #expect(report.stabilityIndex == 0)
        #expect(report.verdict == .stable)
    }

    @Test func countsFromManyThreads() async throws {
        let monitor = try DriftMonitor(ScoreDistribution((0..<100).map(Double.init)))
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<8 {
                group.addTask {
                    for row in 0..<200 { monitor.observe([Double((task * 13 + row) % 100), .nan]) }
                }
            }
        }
        #expect(monitor.report().count == 1600)
        #expect(monitor.report().notFiniteCount == 1600)
    }
}
