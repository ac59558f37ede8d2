import Kernels

/// Columns of one family with what they learn beside the decoder's output.
package final class ColumnGroup<Scalar: KernelScalar>: Sendable {
    package let layout: ColumnsLayout.Group
    /// The learned tensor, a view into the parameters; nil where the family has none.
    private let learned: Matrix<Scalar>?
    private let floor: Matrix<Scalar>
    private let shape: StudentShape<Scalar>
    /// 1/σ and log σ where the column has one σ for all records; `[1, columns]`.
    private let inverse: Matrix<Scalar>
    private let logarithm: Matrix<Scalar>
    /// Increasing, of an ordinal column.
    private let thresholds: Matrix<Scalar>
    private let constants: LevelConstants<Scalar>

    init(_ layout: ColumnsLayout.Group, in parameters: Parameters<Scalar>) {
        self.layout = layout
        learned = layout.tensor.map { parameters[$0.name] }
        floor = Matrix(layout.floors.map { Scalar($0) })
        shape = StudentShape(degrees: layout.degrees)
        inverse = Matrix(rows: 1, columns: layout.columns.count)
        logarithm = Matrix(rows: 1, columns: layout.columns.count)
        thresholds = Matrix(rows: 1, columns: learned?.count ?? 0)
        constants = Self.constants(unknownMass: layout.family.unknownMass)
        refresh()
    }

    private static func constants(unknownMass mass: Double) -> LevelConstants<Scalar> {
        LevelConstants(
            unknown: mass > 0 ? Scalar(ExactMath.log(mass)) : 0, known: Scalar(ExactMath.log(1 - mass)))
    }

    /// Computes what follows from the learned tensor anew.
    func refresh() {
        guard let learned else { return }
        switch layout.family {
        case .locationScale(_, isPerRecord: false):
            Scalar.scales(
                learned.columns(0..<learned.count), floor: floor, into: inverse.columns(0..<inverse.count),
                logarithm.columns(0..<logarithm.count))
        case .ordinal: refreshThresholds(learned)
        case .locationScale, .bernoulli, .categorical, .poisson, .negativeBinomial: break
        }
    }

    /// θ₁ = s₁, θ_k = θ_{k−1} + softplus(s_k) + a little, so that they increase whatever is learned.
    private func refreshThresholds(_ learned: Matrix<Scalar>) {
        Scalar.activate(.softplus, learned, into: thresholds)
        thresholds[0] = learned[0]
        for k in 1..<max(thresholds.count, 1) { thresholds[k] += thresholds[k - 1] + Self.leastGap }
    }

    private static var leastGap: Scalar { 1e-3 }

    // MARK: Terms

    func terms(
        _ x: ColumnBlock<Scalar>, outputs: ColumnBlock<Scalar>, _ scales: GroupScales<Scalar>,
        into terms: ColumnBlock<Scalar>
    ) {
        switch layout.family {
        case .locationScale(let isStudent, _):
            computeScales(outputs, scales)
            let location = location(outputs, scales)
            if isStudent {
                Scalar.studentTerms(x, location, shape, into: terms)
            } else {
                Scalar.gaussianTerms(x, location, into: terms)
            }
        case .bernoulli: Scalar.bernoulliTerms(x, logits: outputs, constants, into: terms)
        case .categorical: Scalar.categoricalTerms(x, logits: outputs, constants, into: terms)
        case .ordinal:
            let ordinal = OrdinalParameters(location: outputs, thresholds: thresholds)
            Scalar.ordinalTerms(x, ordinal, constants, into: terms)
        case .poisson:
            Scalar.poissonTerms(x, logRate: outputs, into: terms)
            markUnknown(x, terms)
        case .negativeBinomial:
            Scalar.negativeBinomialTerms(x, counts(outputs), into: terms)
            markUnknown(x, terms)
        }
    }

    private var logTheta: Matrix<Scalar> { learned ?? Matrix(rows: 1, columns: layout.columns.count) }

    private func counts(_ outputs: ColumnBlock<Scalar>) -> NegativeBinomialParameters<Scalar> {
        NegativeBinomialParameters(logMean: outputs, logTheta: logTheta)
    }

    private func mean(_ outputs: ColumnBlock<Scalar>) -> ColumnBlock<Scalar> {
        outputs.columns(0..<layout.columns.count)
    }

    private func raw(_ outputs: ColumnBlock<Scalar>) -> ColumnBlock<Scalar> {
        outputs.columns(layout.columns.count..<2 * layout.columns.count)
    }

    private func computeScales(_ outputs: ColumnBlock<Scalar>, _ scales: GroupScales<Scalar>) {
        guard case .locationScale(_, isPerRecord: true) = layout.family else { return }
        let all = 0..<layout.columns.count
        Scalar.scales(
            raw(outputs), floor: floor, into: scales.inverse.columns(all), scales.logarithm.columns(all))
    }

    /// The decoder's means, and the scales of the column or of each record.
    private func location(
        _ outputs: ColumnBlock<Scalar>, _ scales: GroupScales<Scalar>
    ) -> LocationScale<Scalar> {
        guard case .locationScale(_, isPerRecord: true) = layout.family else {
            let rows = outputs.rows
            return LocationScale(
                mean: mean(outputs), inverse: ColumnBlock(broadcasting: inverse, rows: rows),
                logarithm: ColumnBlock(broadcasting: logarithm, rows: rows))
        }
        let all = 0..<layout.columns.count
        return LocationScale(
            mean: mean(outputs), inverse: scales.inverse.columns(all), logarithm: scales.logarithm.columns(all))
    }

    /// A cell that is no count has the small mass kept for the unknown; counts share the rest.
    private func markUnknown(_ x: ColumnBlock<Scalar>, _ terms: ColumnBlock<Scalar>) {
        for row in 0..<x.rows {
            for j in 0..<x.columns {
                if x[row, j] < 0 { terms[row, j] = constants.unknown }
                // Not for an empty cell, whose term is 0.
                if x[row, j] >= 0 { terms[row, j] += constants.known }
            }
        }
    }

    // MARK: Backward

    func backward(
        _ x: ColumnBlock<Scalar>, outputs: ColumnBlock<Scalar>, weight: Scalar, _ scales: GroupScales<Scalar>,
        into dOutputs: ColumnBlock<Scalar>, gradient: Matrix<Scalar>?
    ) {
        gradient?.fill(0)
        switch layout.family {
        case .locationScale(let isStudent, let isPerRecord):
            locationBackward(x, outputs, weight, scales, isStudent: isStudent, into: mean(dOutputs))
            let dLogSigma = scales.gradient.columns(0..<layout.columns.count)
            if isPerRecord {
                Scalar.scalesBackward(raw(outputs), floor: floor, dLogSigma, into: raw(dOutputs))
            } else if let gradient {
                sharedScaleBackward(dLogSigma, into: gradient)
            }
        case .bernoulli: Scalar.bernoulliTermsBackward(x, logits: outputs, weight: weight, into: dOutputs)
        case .categorical: Scalar.categoricalTermsBackward(x, logits: outputs, weight: weight, into: dOutputs)
        case .ordinal: ordinalBackward(x, outputs, weight, into: dOutputs, gradient: gradient)
        case .poisson:
            Scalar.poissonTermsBackward(x, logRate: outputs, weight: weight, into: dOutputs)
            clearUnknown(x, dOutputs)
        case .negativeBinomial:
            let dLogTheta = scales.gradient.columns(0..<layout.columns.count)
            Scalar.negativeBinomialTermsBackward(x, counts(outputs), weight: weight, into: dOutputs, dLogTheta)
            clearUnknown(x, dOutputs)
            clearUnknown(x, dLogTheta)
            if let gradient { Scalar.addColumnSums(dLogTheta, to: gradient) }
        }
    }

    /// The mass of a cell that is no count does not depend on what is learned; what the kernel makes of such a cell can be NaN.
    private func clearUnknown(_ x: ColumnBlock<Scalar>, _ gradient: ColumnBlock<Scalar>) {
        for row in 0..<x.rows {
            for j in 0..<x.columns where x[row, j] < 0 { gradient[row, j] = 0 }
        }
    }

    private func locationBackward(
        _ x: ColumnBlock<Scalar>, _ outputs: ColumnBlock<Scalar>, _ weight: Scalar, _ scales: GroupScales<Scalar>,
        isStudent: Bool, into dMean: ColumnBlock<Scalar>
    ) {
        let location = location(outputs, scales)
        let dLogSigma = scales.gradient.columns(0..<layout.columns.count)
        if isStudent {
            Scalar.studentTermsBackward(x, location, shape, weight: weight, into: dMean, dLogSigma)
        } else {
            Scalar.gaussianTermsBackward(x, location, weight: weight, into: dMean, dLogSigma)
        }
    }

    /// ds = sigmoid(s) / σ · Σ d log σ
    private func sharedScaleBackward(_ dLogSigma: ColumnBlock<Scalar>, into gradient: Matrix<Scalar>) {
        guard let learned else { return }
        Scalar.addColumnSums(dLogSigma, to: gradient)
        let all = gradient.columns(0..<gradient.count)
        Scalar.scalesBackward(learned.columns(0..<learned.count), floor: floor, all, into: all)
    }

    private func ordinalBackward(
        _ x: ColumnBlock<Scalar>, _ outputs: ColumnBlock<Scalar>, _ weight: Scalar,
        into dOutputs: ColumnBlock<Scalar>, gradient: Matrix<Scalar>?
    ) {
        let dThresholds = Matrix<Scalar>(rows: 1, columns: thresholds.count)
        Scalar.ordinalTermsBackward(
            x, OrdinalParameters(location: outputs, thresholds: thresholds), weight: weight,
            into: OrdinalParameters(location: dOutputs, thresholds: dThresholds))
        guard let learned, let gradient else { return }
        // θ_k holds s₁ and every softplus(s_i) up to k.
        var sum: Scalar = 0
        for k in (1..<max(thresholds.count, 1)).reversed() {
            sum += dThresholds[k]
            gradient[k] = sum
        }
        Scalar.activateBackward(.softplus, learned, gradient, into: gradient)
        if thresholds.count > 0 { gradient[0] = sum + dThresholds[0] }
    }

    // MARK: Values

    /// The probability of each level of a categorical group.
    func probabilities(_ outputs: ColumnBlock<Scalar>, row: Int) -> [Double] {
        let logits = (0..<outputs.columns).map { Double(outputs[row, $0]) }
        let largest = logits.max() ?? 0
        let weights = logits.map { ExactMath.exp($0 - largest) }
        let total = weights.reduce(0, +)
        return weights.map { $0 / total }
    }

    /// σ of column j, of a Gaussian or Student's t.
    func scale(_ outputs: ColumnBlock<Scalar>, row: Int, _ j: Int) -> Scalar {
        guard case .locationScale(_, isPerRecord: true) = layout.family else { return 1 / inverse[j] }
        return sigma(raw(outputs)[row, j], j)
    }

    /// The most fitting code of column j.
    func mode(_ outputs: ColumnBlock<Scalar>, row: Int, _ j: Int) -> Scalar {
        switch layout.family {
        case .locationScale: outputs[row, j]
        case .bernoulli: outputs[row, j] > 0 ? 1 : 0
        case .categorical(let levels, _):
            Scalar((1..<max(levels, 1)).reduce(0) { outputs[row, $1] > outputs[row, $0] ? $1 : $0 })
        case .ordinal(let levels, _): Scalar(quantile(0.5, levels: levels, location: Double(outputs[row, 0])))
        case .poisson, .negativeBinomial: Scalar(ExactMath.exp(min(Double(outputs[row, j]), 20)))
        }
    }

    func draw(_ outputs: ColumnBlock<Scalar>, row: Int, _ j: Int, _ noise: ColumnNoise<Scalar>.Column) -> Scalar {
        switch layout.family {
        case .locationScale(let isStudent, _):
            let sigma = scale(outputs, row: row, j)
            let spread = isStudent ? noise.chiSquaredRatio(degrees: shape.degrees[j]).squareRoot() : 1
            return outputs[row, j] + sigma * noise.normal / spread
        case .bernoulli: return noise.uniform < 1 / (1 + ExactMath.exp(-Double(outputs[row, j]))) ? 1 : 0
        case .categorical(let levels, _): return drawLevel(outputs, row: row, levels: levels, noise.uniform)
        case .ordinal(let levels, _):
            return Scalar(quantile(noise.uniform, levels: levels, location: Double(outputs[row, 0])))
        case .poisson: return CountDraw.poisson(logMean: Double(outputs[row, j]), noise)
        case .negativeBinomial:
            return CountDraw.negativeBinomial(
                logMean: Double(outputs[row, j]), logTheta: Double(logTheta[j]), noise)
        }
    }

    private func sigma(_ raw: Scalar, _ j: Int) -> Scalar {
        let one = Matrix([raw])
        Scalar.activate(.softplus, one, into: one)
        return floor[j] + one[0]
    }

    private func drawLevel(_ outputs: ColumnBlock<Scalar>, row: Int, levels: Int, _ uniform: Double) -> Scalar {
        var left = uniform
        for (level, probability) in probabilities(outputs, row: row).enumerated() {
            left -= probability
            if left < 0 { return Scalar(level) }
        }
        return Scalar(levels - 1)
    }

    /// The first level whose P(x ≤ level) = sigmoid(θ − h) reaches u.
    private func quantile(_ u: Double, levels: Int, location: Double) -> Int {
        for level in 0..<max(levels - 1, 0)
        where 1 / (1 + ExactMath.exp(location - Double(thresholds[level]))) >= u { return level }
        return levels - 1
    }
}

extension ColumnsLayout.Family {
    /// The mass kept for what training did not see; 0 where everything has a density.
    var unknownMass: Double {
        switch self {
        case .locationScale: 0
        case .bernoulli(let mass), .categorical(_, let mass), .ordinal(_, let mass), .poisson(let mass),
            .negativeBinomial(let mass):
            mass
        }
    }
}
