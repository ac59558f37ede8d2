@testable import Kernels

enum Family: CaseIterable, Sendable {
    case gaussian, student, bernoulli, categorical, ordinal, poisson, negativeBinomial

    /// Whether all columns together are one column of the record, with levels.
    var isOneColumn: Bool { self == .categorical || self == .ordinal }
    var isCount: Bool { self == .poisson || self == .negativeBinomial }
}

/// A group of columns of one family with everything it reads, inside wider matrices, so that strides matter.
struct LikelihoodProblem<Scalar: KernelScalar> {
    let family: Family
    /// The record, the mean, logits or location, and the raw scale; a margin lies on both sides.
    var x, parameters, raw: Matrix<Scalar>
    /// What a column has for all rows: the floor of σ, the thresholds or log θ.
    var shared: Matrix<Scalar>

    static var margin: Int { 2 }
    static var constants: LevelConstants<Scalar> { LevelConstants(unknown: -6.5, known: -0.0015) }

    var rows: Int { x.rows }

    func part(_ matrix: Matrix<Scalar>) -> ColumnBlock<Scalar> {
        matrix.columns(Self.margin..<matrix.columns - Self.margin)
    }

    /// A matrix like another, full of a number that no kernel writes.
    func blank(like matrix: Matrix<Scalar>) -> Matrix<Scalar> {
        let result = Matrix<Scalar>(rows: matrix.rows, columns: matrix.columns)
        result.fill(12345)
        return result
    }

    var student: StudentShape<Scalar> {
        StudentShape(degrees: (0..<part(x).columns).map { 2.5 + Double($0) })
    }

    func scaled(by raw: Matrix<Scalar>) -> LocationScale<Scalar> {
        let (inverse, logarithm) = (blank(like: raw), blank(like: raw))
        Scalar.scales(part(raw), floor: shared, into: part(inverse), part(logarithm))
        return LocationScale(mean: part(parameters), inverse: part(inverse), logarithm: part(logarithm))
    }

    var ordinal: OrdinalParameters<Scalar> { OrdinalParameters(location: part(parameters), thresholds: shared) }
    var counts: NegativeBinomialParameters<Scalar> {
        NegativeBinomialParameters(logMean: part(parameters), logTheta: shared)
    }

    func terms() -> Matrix<Scalar> {
        let (terms, x, p) = (blank(like: x), part(x), part(parameters))
        let out = part(terms)
        switch family {
        case .gaussian: Scalar.gaussianTerms(x, scaled(by: raw), into: out)
        case .student: Scalar.studentTerms(x, scaled(by: raw), student, into: out)
        case .bernoulli: Scalar.bernoulliTerms(x, logits: p, Self.constants, into: out)
        case .categorical: Scalar.categoricalTerms(x, logits: p, Self.constants, into: out)
        case .ordinal: Scalar.ordinalTerms(x, ordinal, Self.constants, into: out)
        case .poisson: Scalar.poissonTerms(x, logRate: p, into: out)
        case .negativeBinomial: Scalar.negativeBinomialTerms(x, counts, into: out)
        }
        return terms
    }

    /// Gradients of −w Σ terms: of the parameters, of the raw scale (or of log θ in each cell), of the thresholds.
    func gradients(weight: Scalar) -> [Matrix<Scalar>] {
        let (x, p) = (part(x), part(parameters))
        let gradient = blank(like: parameters)
        let second = blank(like: raw)
        let thresholds = Matrix<Scalar>(rows: 1, columns: shared.columns)
        switch family {
        case .gaussian:
            Scalar.gaussianTermsBackward(x, scaled(by: raw), weight: weight, into: part(gradient), part(second))
        case .student:
            Scalar.studentTermsBackward(
                x, scaled(by: raw), student, weight: weight, into: part(gradient), part(second))
        case .bernoulli: Scalar.bernoulliTermsBackward(x, logits: p, weight: weight, into: part(gradient))
        case .categorical: Scalar.categoricalTermsBackward(x, logits: p, weight: weight, into: part(gradient))
        case .ordinal:
            let out = OrdinalParameters(location: part(gradient), thresholds: thresholds)
            Scalar.ordinalTermsBackward(x, ordinal, weight: weight, into: out)
        case .poisson: Scalar.poissonTermsBackward(x, logRate: p, weight: weight, into: part(gradient))
        case .negativeBinomial:
            Scalar.negativeBinomialTermsBackward(
                x, counts, weight: weight, into: part(gradient), part(second))
        }
        if family == .gaussian || family == .student {
            Scalar.scalesBackward(part(raw), floor: shared, part(second), into: part(second))
        }
        return [gradient, second, thresholds]
    }

    /// Some of the rows.
    func rows(_ range: Range<Int>) -> LikelihoodProblem {
        var result = self
        (result.x, result.parameters, result.raw) = (x.rows(range), parameters.rows(range), raw.rows(range))
        return result
    }
}

extension LikelihoodProblem<Float> {
    /// Seeded numbers of the sizes that occur, every seventh record missing and every eleventh level unknown.
    init(_ family: Family, rows: Int, columns: Int, seed: UInt64 = 1) {
        let width = 2 * Self.margin
        let records = (family.isOneColumn ? 1 : columns) + width
        let outputs = (family == .ordinal ? 1 : columns) + width
        self.family = family
        parameters = TwinTests.numbers(rows, outputs, seed: seed, span: 4)
        raw = TwinTests.numbers(rows, outputs, seed: seed + 1, span: 5)
        x = TwinTests.numbers(rows, records, seed: seed + 2, span: 3)
        shared = TwinTests.numbers(1, columns, seed: seed + 3, span: 3)
        switch family {
        case .gaussian, .student: for j in 0..<columns { shared[j] = 0.05 + abs(shared[j]) / 10 }
        case .ordinal: shared = Matrix((0..<max(columns - 1, 0)).map { Float($0) * 0.7 - 1.5 })
        default: break
        }
        for i in 0..<x.count { x[i] = Self.record(family, levels: columns, from: x[i], index: i) }
    }

    private static func record(_ family: Family, levels: Int, from number: Float, index: Int) -> Float {
        if index % 7 == 3 { return .nan }
        let uniform = (number + 3) / 6
        switch family {
        case .gaussian, .student: return number
        case .bernoulli: return index % 11 == 5 ? -1 : uniform < 0.5 ? 0 : 1
        case .categorical, .ordinal: return index % 11 == 5 ? -1 : (uniform * Float(levels)).rounded(.down)
        case .poisson, .negativeBinomial: return (uniform * uniform * (index % 5 == 0 ? 500 : 30)).rounded()
        }
    }

    /// The same numbers in double.
    var exact: LikelihoodProblem<Double> {
        LikelihoodProblem<Double>(
            family: family, x: x.widened, parameters: parameters.widened, raw: raw.widened, shared: shared.widened)
    }
}

extension Matrix<Float> {
    var widened: Matrix<Double> { Matrix<Double>(values.map(Double.init), rows: rows, columns: columns) }
}
