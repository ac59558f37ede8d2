import RealModule
import Testing

@testable import Kernels

/// The naive gradients in double against central differences of the naive terms.
@Suite struct LikelihoodGradientTests {
    static let weight = 0.7
    static let step = 1e-6

    /// −w Σ terms.
    static func loss(_ problem: LikelihoodProblem<Double>) -> Double {
        -weight * problem.part(problem.terms()).values.reduce(0, +)
    }

    /// The slope of the loss by one number of the problem.
    static func slope(_ problem: LikelihoodProblem<Double>, by matrix: Matrix<Double>, _ index: Int) -> Double {
        let value = matrix[index]
        defer { matrix[index] = value }
        matrix[index] = value + step
        let above = loss(problem)
        matrix[index] = value - step
        return (above - loss(problem)) / (2 * step)
    }

    static func isClose(_ a: Double, _ b: Double) -> Bool { abs(a - b) <= 1e-6 * max(1, abs(b)) }

    @Test(arguments: Family.allCases, [1, 2, 5])
    func parametersHaveTheSlopeOfTheTerms(_ family: Family, columns: Int) {
        let problem = LikelihoodProblem<Float>(family, rows: 6, columns: columns).exact
        let gradient = problem.gradients(weight: Self.weight)[0]
        let margin = LikelihoodProblem<Double>.margin
        for i in 0..<problem.rows {
            for j in margin..<problem.parameters.columns - margin {
                let expected = Self.slope(problem, by: problem.parameters, i * problem.parameters.columns + j)
                #expect(Self.isClose(gradient[i, j], expected), "\(family) \(i) \(j)")
            }
        }
    }

    @Test(arguments: [Family.gaussian, .student])
    func rawScalesHaveTheSlopeOfTheTerms(_ family: Family) {
        let problem = LikelihoodProblem<Float>(family, rows: 6, columns: 3).exact
        let gradient = problem.gradients(weight: Self.weight)[1]
        for i in 0..<problem.rows {
            for j in 0..<3 {
                let index = i * problem.raw.columns + j + LikelihoodProblem<Double>.margin
                #expect(
                    Self.isClose(gradient[index], Self.slope(problem, by: problem.raw, index)), "\(family) \(i) \(j)")
            }
        }
    }

    @Test(arguments: [2, 3, 6])
    func thresholdsHaveTheSlopeOfTheTerms(levels: Int) {
        let problem = LikelihoodProblem<Float>(.ordinal, rows: 20, columns: levels).exact
        let gradient = problem.gradients(weight: Self.weight)[2]
        for r in 0..<levels - 1 {
            #expect(Self.isClose(gradient[r], Self.slope(problem, by: problem.shared, r)), "\(r)")
        }
    }

    @Test func thetaHasTheSlopeOfTheTerms() {
        let problem = LikelihoodProblem<Float>(.negativeBinomial, rows: 9, columns: 4).exact
        let cells = problem.gradients(weight: Self.weight)[1]
        let sums = Matrix<Double>(rows: 1, columns: 4)
        Double.addColumnSums(problem.part(cells), to: sums)
        for j in 0..<4 { #expect(Self.isClose(sums[j], Self.slope(problem, by: problem.shared, j)), "\(j)") }
    }

    @Test(arguments: Family.allCases)
    func missingAndUnknownCellsHaveNoGradient(_ family: Family) {
        let problem = LikelihoodProblem<Float>(family, rows: 8, columns: 3)
        problem.x.fill(.nan)
        check(problem, term: 0)
        if family.isOneColumn || family == .bernoulli {
            for level: Float in [-1, 0.5, 4] {
                problem.x.fill(level)
                check(problem, term: LikelihoodProblem<Float>.constants.unknown)
            }
        }
    }

    private func check(_ problem: LikelihoodProblem<Float>, term: Float) {
        let second = problem.family == .gaussian || problem.family == .student || problem.family == .negativeBinomial
        func check<Scalar: KernelScalar>(_ problem: LikelihoodProblem<Scalar>) {
            #expect(problem.part(problem.terms()).values.allSatisfy { $0 == Scalar(term) })
            let gradients = problem.gradients(weight: 0.5)
            #expect(problem.part(gradients[0]).values.allSatisfy { $0 == 0 })
            if second { #expect(problem.part(gradients[1]).values.allSatisfy { $0 == 0 }) }
            #expect(gradients[2].values.allSatisfy { $0 == 0 })
        }
        check(problem)
        check(problem.exact)
    }

    /// Record, parameter, raw scale, and what a column has for all rows.
    static let extremes: [[Float]] = [0, 1, 2, 1e3, 1e9, 1e30, -1, -1e30].flatMap { record in
        [0, 100, -100, 1e6, -1e6].flatMap { parameter in
            [-1000, -100, 100].flatMap { raw in [-30, 0, 0.05, 30].map { [record, parameter, raw, $0] } }
        }
    }

    /// Far outside what a trained network gives, numbers stay finite.
    @Test(arguments: Family.allCases)
    func extremesStayFinite(_ family: Family) {
        for numbers in Self.extremes {
            let (record, shared) = (numbers[0], numbers[3])
            let hasScale = family == .gaussian || family == .student
            if (family.isCount && record < 0) || (hasScale && shared < 0) { continue }
            let problem = LikelihoodProblem<Float>(family, rows: 1, columns: 3)
            problem.x.fill(record)
            problem.parameters.fill(numbers[1])
            problem.raw.fill(numbers[2])
            problem.shared.fill(shared)
            expectFinite(problem, "\(family) \(numbers)")
            expectFinite(problem.exact, "\(family) \(numbers)")
        }
    }

    private func expectFinite<Scalar: KernelScalar>(_ problem: LikelihoodProblem<Scalar>, _ label: String) {
        for matrix in [problem.terms()] + problem.gradients(weight: 0.5) {
            #expect(matrix.firstNonFinite() == nil, "\(label) \(matrix.values)")
        }
    }
}
