internal import CKernels

// The C kernels of categorical and ordinal columns and of counts.

extension Float {
    private static var kernels: elbo_kernels { KernelTable.functions }

    package static func categoricalTerms(
        _ x: ColumnBlock<Float>, logits: ColumnBlock<Float>, _ constants: LevelConstants<Float>,
        into terms: ColumnBlock<Float>
    ) {
        precondition(
            x.columns == 1 && logits.columns > 0 && logits.rows == x.rows && terms.hasShape(of: x) && terms.isWritable)
        unsafe kernels.categorical_terms(logits.shape, x.cells, logits.cells, constants.pair, terms.cells)
    }

    package static func categoricalTermsBackward(
        _ x: ColumnBlock<Float>, logits: ColumnBlock<Float>, weight: Float, into dLogits: ColumnBlock<Float>
    ) {
        precondition(x.columns == 1 && logits.columns > 0 && logits.rows == x.rows && dLogits.hasShape(of: logits))
        precondition(dLogits.isWritable)
        unsafe kernels.categorical_terms_backward(logits.shape, x.cells, logits.cells, weight, dLogits.cells)
    }

    package static func ordinalTerms(
        _ x: ColumnBlock<Float>, _ p: OrdinalParameters<Float>, _ constants: LevelConstants<Float>,
        into terms: ColumnBlock<Float>
    ) {
        precondition(p.location.hasShape(of: x) && terms.hasShape(of: x) && terms.isWritable)
        unsafe kernels.ordinal_terms(p.shape, x.cells, p.cells, constants.pair, terms.cells)
    }

    package static func ordinalTermsBackward(
        _ x: ColumnBlock<Float>, _ p: OrdinalParameters<Float>, weight: Float, into gradient: OrdinalParameters<Float>
    ) {
        precondition(p.location.hasShape(of: x) && gradient.location.hasShape(of: x))
        precondition(gradient.levels == p.levels && gradient.location.isWritable)
        unsafe kernels.ordinal_terms_backward(p.shape, x.cells, p.cells, weight, gradient.cells)
    }

    package static func poissonTerms(
        _ x: ColumnBlock<Float>, logRate: ColumnBlock<Float>, into terms: ColumnBlock<Float>
    ) {
        precondition(logRate.hasShape(of: x) && terms.hasShape(of: x) && terms.isWritable)
        unsafe kernels.poisson_terms(x.shape, x.cells, logRate.cells, terms.cells)
    }

    package static func poissonTermsBackward(
        _ x: ColumnBlock<Float>, logRate: ColumnBlock<Float>, weight: Float, into dLogRate: ColumnBlock<Float>
    ) {
        precondition(logRate.hasShape(of: x) && dLogRate.hasShape(of: x) && dLogRate.isWritable)
        unsafe kernels.poisson_terms_backward(x.shape, x.cells, logRate.cells, weight, dLogRate.cells)
    }

    package static func negativeBinomialTerms(
        _ x: ColumnBlock<Float>, _ p: NegativeBinomialParameters<Float>, into terms: ColumnBlock<Float>
    ) {
        precondition(p.logMean.hasShape(of: x) && terms.hasShape(of: x) && terms.isWritable)
        unsafe kernels.negative_binomial_terms(x.shape, x.cells, p.logMean.cells, p.logTheta.pointer, terms.cells)
    }

    package static func negativeBinomialTermsBackward(
        _ x: ColumnBlock<Float>, _ p: NegativeBinomialParameters<Float>, weight: Float,
        into dLogMean: ColumnBlock<Float>, _ dLogTheta: ColumnBlock<Float>
    ) {
        precondition(p.logMean.hasShape(of: x) && dLogMean.hasShape(of: x) && dLogTheta.hasShape(of: x))
        precondition(dLogMean.isWritable && dLogTheta.isWritable)
        unsafe kernels.negative_binomial_terms_backward(
            x.shape, x.cells, p.logMean.cells, p.logTheta.pointer, weight, dLogMean.cells, dLogTheta.cells)
    }
}

extension OrdinalParameters<Float> {
    fileprivate var cells: elbo_ordinal {
        unsafe elbo_ordinal(location: location.cells, thresholds: thresholds.pointer)
    }

    fileprivate var shape: elbo_shape { elbo_shape(rows: location.rows, columns: levels) }
}
