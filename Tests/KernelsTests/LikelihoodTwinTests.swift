import Testing

@testable import Kernels

// In the suite of the other twins, which is serialised: the instruction set is chosen for the whole process.
extension TwinTests {
    static let groups = [0, 1, 2, 15, 16, 17, 50].flatMap { rows in
        [0, 1, 2, 3, 5, 8, 9, 16, 17, 33].map { (rows, $0) }
    }

    static func isClose(_ got: Float, _ expected: Double, _ tolerance: Double) -> Bool {
        abs(Double(got) - expected) <= tolerance * max(1, abs(expected))
    }

    /// Float against the Double twin, so that the error measured is the kernel's own. Margins must be left alone.
    @Test(arguments: Family.allCases, groups)
    func likelihoodsFollowTheirTwins(_ family: Family, _ group: (rows: Int, columns: Int)) {
        if family.isOneColumn && group.columns == 0 { return }
        let problem = LikelihoodProblem<Float>(family, rows: group.rows, columns: group.columns)
        let exact = problem.exact
        let expected = [exact.terms()] + exact.gradients(weight: 0.5)
        Self.underEach { set in
            let got = [problem.terms()] + problem.gradients(weight: 0.5)
            for (part, (a, b)) in zip(got, expected).enumerated() {
                for i in 0..<a.count {
                    #expect(Self.isClose(a[i], b[i], 4e-6), "\(set) \(family) \(part) \(i): \(a[i]) \(b[i])")
                }
            }
        }
    }

    @Test(arguments: groups)
    func scalesFollowTheirTwins(_ group: (rows: Int, columns: Int)) {
        let problem = LikelihoodProblem<Float>(.gaussian, rows: group.rows, columns: group.columns)
        let (fast, naive) = (problem.scaled(by: problem.raw), problem.exact.scaled(by: problem.raw.widened))
        for (a, b) in zip(fast.inverse.values, naive.inverse.values) { #expect(Self.isClose(a, b, 1e-6)) }
        for (a, b) in zip(fast.logarithm.values, naive.logarithm.values) { #expect(Self.isClose(a, b, 1e-6)) }
    }

    static func bits(_ problem: LikelihoodProblem<Float>, rows: Range<Int>) -> [[UInt64]] {
        let part = problem.rows(rows)
        // The thresholds' gradient is a sum over rows; the rest belongs to a row.
        return [part.terms().bits] + part.gradients(weight: 0.3).prefix(2).map(\.bits)
    }

    @Test(arguments: Family.allCases, [1, 3, 7, 8, 16, 21])
    func bitsOfALikelihoodDoNotDependOnTheOtherRows(_ family: Family, columns: Int) {
        let problem = LikelihoodProblem<Float>(family, rows: 41, columns: columns)
        let widths = ([problem.x, problem.parameters, problem.raw] as [Matrix<Float>]).map(\.columns)
        Self.underEach { set in
            let all = Self.bits(problem, rows: 0..<41)
            for rows in [0..<1, 40..<41, 3..<5, 7..<23, 8..<25, 1..<41] {
                let some = Self.bits(problem, rows: rows)
                for (part, width) in widths.enumerated() {
                    let expected = all[part][rows.lowerBound * width..<rows.upperBound * width]
                    #expect(some[part] == Array(expected), "\(set) \(family) \(rows)")
                }
            }
        }
    }

    @Test(arguments: Family.allCases, [1, 3, 7, 8, 16, 21])
    func bitsOfALikelihoodDoNotDependOnTheInstructionSet(_ family: Family, columns: Int) {
        let problem = LikelihoodProblem<Float>(family, rows: 41, columns: columns)
        var reference: [[UInt64]]?
        Self.underEach { set in
            let bits = [problem.terms().bits] + problem.gradients(weight: 0.3).map(\.bits)
            #expect(reference == nil || bits == reference, "\(set) \(family)")
            reference = bits
        }
    }

    /// One record for many samples, and one σ for many rows, are read through a stride of 0.
    @Test(arguments: [Family.gaussian, .student, .bernoulli, .poisson, .negativeBinomial], [1, 3, 16, 21])
    func repeatedRowsGiveWhatCopiesGive(_ family: Family, columns: Int) {
        let problem = LikelihoodProblem<Float>(family, rows: 41, columns: columns)
        for i in 0..<41 { problem.x.rows(i..<i + 1).assign(problem.x.rows(0..<1)) }
        let record = Matrix(problem.part(problem.x).prefix(1).values)
        let repeated = ColumnBlock(broadcasting: record, rows: 41)
        let got = Matrix<Float>(rows: 41, columns: columns)
        let (out, p) = (got.columns(0..<columns), problem.part(problem.parameters))
        switch family {
        case .gaussian: Float.gaussianTerms(repeated, problem.scaled(by: problem.raw), into: out)
        case .student: Float.studentTerms(repeated, problem.scaled(by: problem.raw), problem.student, into: out)
        case .poisson: Float.poissonTerms(repeated, logRate: p, into: out)
        case .negativeBinomial: Float.negativeBinomialTerms(repeated, problem.counts, into: out)
        default: Float.bernoulliTerms(repeated, logits: p, LikelihoodProblem.constants, into: out)
        }
        #expect(got.values == problem.part(problem.terms()).values)
    }
}
