internal import CKernels

// The C kernels of the likelihood families: one call for all rows of a group.

extension Float {
    private static var kernels: elbo_kernels { KernelTable.functions }

    package static func scales(
        _ raw: ColumnBlock<Float>, floor: Matrix<Float>, into inverse: ColumnBlock<Float>,
        _ logarithm: ColumnBlock<Float>
    ) {
        precondition(floor.count == raw.columns && inverse.hasShape(of: raw) && logarithm.hasShape(of: raw))
        precondition(inverse.isWritable && logarithm.isWritable)
        unsafe kernels.scales(raw.shape, raw.cells, floor.repeated, inverse.cells, logarithm.cells)
    }

    package static func scalesBackward(
        _ raw: ColumnBlock<Float>, floor: Matrix<Float>, _ dLogSigma: ColumnBlock<Float>, into dRaw: ColumnBlock<Float>
    ) {
        precondition(floor.count == raw.columns && dLogSigma.hasShape(of: raw) && dRaw.hasShape(of: raw))
        precondition(dRaw.isWritable)
        unsafe kernels.scales_backward(raw.shape, raw.cells, floor.repeated, dLogSigma.cells, dRaw.cells)
    }

    package static func gaussianTerms(
        _ x: ColumnBlock<Float>, _ p: LocationScale<Float>, into terms: ColumnBlock<Float>
    ) {
        precondition(p.mean.hasShape(of: x) && terms.hasShape(of: x) && terms.isWritable)
        unsafe kernels.gaussian_terms(x.shape, x.cells, p.cells, terms.cells)
    }

    package static func gaussianTermsBackward(
        _ x: ColumnBlock<Float>, _ p: LocationScale<Float>, weight: Float, into dMean: ColumnBlock<Float>,
        _ dLogSigma: ColumnBlock<Float>
    ) {
        precondition(p.mean.hasShape(of: x) && dMean.hasShape(of: x) && dLogSigma.hasShape(of: x))
        precondition(dMean.isWritable && dLogSigma.isWritable)
        unsafe kernels.gaussian_terms_backward(x.shape, x.cells, p.cells, weight, dMean.cells, dLogSigma.cells)
    }

    package static func studentTerms(
        _ x: ColumnBlock<Float>, _ p: LocationScale<Float>, _ shape: StudentShape<Float>, into terms: ColumnBlock<Float>
    ) {
        precondition(shape.degrees.count == x.columns)
        precondition(p.mean.hasShape(of: x) && terms.hasShape(of: x) && terms.isWritable)
        unsafe kernels.student_terms(x.shape, x.cells, p.cells, shape.cells, terms.cells)
    }

    package static func studentTermsBackward(
        _ x: ColumnBlock<Float>, _ p: LocationScale<Float>, _ shape: StudentShape<Float>, weight: Float,
        into dMean: ColumnBlock<Float>, _ dLogSigma: ColumnBlock<Float>
    ) {
        precondition(shape.degrees.count == x.columns)
        precondition(p.mean.hasShape(of: x) && dMean.hasShape(of: x) && dLogSigma.hasShape(of: x))
        precondition(dMean.isWritable && dLogSigma.isWritable)
        unsafe kernels.student_terms_backward(
            x.shape, x.cells, p.cells, shape.cells, weight, dMean.cells, dLogSigma.cells)
    }

    package static func bernoulliTerms(
        _ x: ColumnBlock<Float>, logits: ColumnBlock<Float>, _ constants: LevelConstants<Float>,
        into terms: ColumnBlock<Float>
    ) {
        precondition(logits.hasShape(of: x) && terms.hasShape(of: x) && terms.isWritable)
        unsafe kernels.bernoulli_terms(x.shape, x.cells, logits.cells, constants.pair, terms.cells)
    }

    package static func bernoulliTermsBackward(
        _ x: ColumnBlock<Float>, logits: ColumnBlock<Float>, weight: Float, into dLogits: ColumnBlock<Float>
    ) {
        precondition(logits.hasShape(of: x) && dLogits.hasShape(of: x) && dLogits.isWritable)
        unsafe kernels.bernoulli_terms_backward(x.shape, x.cells, logits.cells, weight, dLogits.cells)
    }

    package static func addColumnSums(
        _ a: ColumnBlock<Float>, to sums: Matrix<Float>
    ) {
        precondition(sums.count == a.columns)
        unsafe kernels.add_column_sums(a.shape, a.cells, sums.pointer)
    }

    package static func accumulate(
        _ terms: ColumnBlock<Float>, into sums: ColumnBlock<Double>
    ) {
        precondition(sums.hasShape(of: terms))
        unsafe kernels.accumulate(terms.shape, terms.cells, sums.pointer, sums.rowStride)
    }
}

// What the C functions take for the views. The pointers are valid for the call, whose arguments keep the storage alive.

extension ColumnBlock<Float> {
    var shape: elbo_shape { elbo_shape(rows: rows, columns: columns) }
    var cells: elbo_block { unsafe elbo_block(data: pointer, stride: rowStride) }
}

extension Matrix<Float> {
    /// One row for all.
    fileprivate var repeated: elbo_block { unsafe elbo_block(data: pointer, stride: 0) }
}

extension LocationScale<Float> {
    fileprivate var cells: elbo_location_scale {
        unsafe elbo_location_scale(mean: mean.cells, inverse: inverse.cells, logarithm: logarithm.cells)
    }
}

extension StudentShape<Float> {
    fileprivate var cells: elbo_student_shape {
        unsafe elbo_student_shape(degrees: degrees.repeated, constant: constant.repeated)
    }
}

extension LevelConstants<Float> {
    var pair: elbo_level_constants { elbo_level_constants(unknown: unknown, known: known) }
}
