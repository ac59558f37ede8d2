/// The naive references, as for the other kernels.
extension Double {
    package static func scales(
        _ raw: ColumnBlock<Double>, floor: Matrix<Double>, into inverse: ColumnBlock<Double>,
        _ logarithm: ColumnBlock<Double>
    ) {
        Naive.scales(raw, floor: floor, into: inverse, logarithm)
    }

    package static func scalesBackward(
        _ raw: ColumnBlock<Double>, floor: Matrix<Double>, _ dLogSigma: ColumnBlock<Double>,
        into dRaw: ColumnBlock<Double>
    ) {
        Naive.scalesBackward(raw, floor: floor, dLogSigma, into: dRaw)
    }

    package static func gaussianTerms(
        _ x: ColumnBlock<Double>, _ p: LocationScale<Double>, into terms: ColumnBlock<Double>
    ) {
        Naive.gaussianTerms(x, p, into: terms)
    }

    package static func gaussianTermsBackward(
        _ x: ColumnBlock<Double>, _ p: LocationScale<Double>, weight: Double, into dMean: ColumnBlock<Double>,
        _ dLogSigma: ColumnBlock<Double>
    ) {
        Naive.gaussianTermsBackward(x, p, weight: weight, into: dMean, dLogSigma)
    }

    package static func studentTerms(
        _ x: ColumnBlock<Double>, _ p: LocationScale<Double>, _ shape: StudentShape<Double>,
        into terms: ColumnBlock<Double>
    ) {
        Naive.studentTerms(x, p, shape, into: terms)
    }

    package static func studentTermsBackward(
        _ x: ColumnBlock<Double>, _ p: LocationScale<Double>, _ shape: StudentShape<Double>, weight: Double,
        into dMean: ColumnBlock<Double>, _ dLogSigma: ColumnBlock<Double>
    ) {
        Naive.studentTermsBackward(x, p, shape, weight: weight, into: dMean, dLogSigma)
    }

    package static func bernoulliTerms(
        _ x: ColumnBlock<Double>, logits: ColumnBlock<Double>, _ constants: LevelConstants<Double>,
        into terms: ColumnBlock<Double>
    ) {
        Naive.bernoulliTerms(x, logits: logits, constants, into: terms)
    }

    package static func bernoulliTermsBackward(
        _ x: ColumnBlock<Double>, logits: ColumnBlock<Double>, weight: Double, into dLogits: ColumnBlock<Double>
    ) {
        Naive.bernoulliTermsBackward(x, logits: logits, weight: weight, into: dLogits)
    }

    package static func categoricalTerms(
        _ x: ColumnBlock<Double>, logits: ColumnBlock<Double>, _ constants: LevelConstants<Double>,
        into terms: ColumnBlock<Double>
    ) {
        Naive.categoricalTerms(x, logits: logits, constants, into: terms)
    }

    package static func categoricalTermsBackward(
        _ x: ColumnBlock<Double>, logits: ColumnBlock<Double>, weight: Double, into dLogits: ColumnBlock<Double>
    ) {
        Naive.categoricalTermsBackward(x, logits: logits, weight: weight, into: dLogits)
    }

    package static func ordinalTerms(
        _ x: ColumnBlock<Double>, _ p: OrdinalParameters<Double>, _ constants: LevelConstants<Double>,
        into terms: ColumnBlock<Double>
    ) {
        Naive.ordinalTerms(x, p, constants, into: terms)
    }

    package static func ordinalTermsBackward(
        _ x: ColumnBlock<Double>, _ p: OrdinalParameters<Double>, weight: Double,
        into gradient: OrdinalParameters<Double>
    ) {
        Naive.ordinalTermsBackward(x, p, weight: weight, into: gradient)
    }

    package static func poissonTerms(
        _ x: ColumnBlock<Double>, logRate: ColumnBlock<Double>, into terms: ColumnBlock<Double>
    ) {
        Naive.poissonTerms(x, logRate: logRate, into: terms)
    }

    package static func poissonTermsBackward(
        _ x: ColumnBlock<Double>, logRate: ColumnBlock<Double>, weight: Double, into dLogRate: ColumnBlock<Double>
    ) {
        Naive.poissonTermsBackward(x, logRate: logRate, weight: weight, into: dLogRate)
    }

    package static func negativeBinomialTerms(
        _ x: ColumnBlock<Double>, _ p: NegativeBinomialParameters<Double>, into terms: ColumnBlock<Double>
    ) {
        Naive.negativeBinomialTerms(x, p, into: terms)
    }

    package static func negativeBinomialTermsBackward(
        _ x: ColumnBlock<Double>, _ p: NegativeBinomialParameters<Double>, weight: Double,
        into dLogMean: ColumnBlock<Double>, _ dLogTheta: ColumnBlock<Double>
    ) {
        Naive.negativeBinomialTermsBackward(x, p, weight: weight, into: dLogMean, dLogTheta)
    }

    package static func addColumnSums(
        _ a: ColumnBlock<Double>, to sums: Matrix<Double>
    ) {
        Naive.addColumnSums(a, to: sums)
    }

    package static func accumulate(
        _ terms: ColumnBlock<Double>, into sums: ColumnBlock<Double>
    ) {
        Naive.accumulate(terms, into: sums)
    }
}
