internal import CKernels

// The C kernels of normalisation and dropout.

extension Float {
    private static var kernels: elbo_kernels { KernelTable.functions }

    package static func groupMoments(_ x: Matrix<Float>, _ groups: ChannelGroups, into moments: Moments<Float>) {
        precondition(x.columns == groups.count && moments.mean.rows == x.rows && moments.mean.columns == groups.groups)
        unsafe kernels.group_moments(
            groups.shape, x.rows, x.pointer, moments.mean.pointer, moments.variance.pointer)
    }

    package static func normalise(_ x: Matrix<Float>, _ by: GroupNormalisation<Float>, into y: Matrix<Float>) {
        precondition(by.fits(x) && by.fits(y) && x.rows == y.rows)
        unsafe kernels.normalise_groups(
            by.groups.shape, x.rows, x.pointer, by.moments.pointers, by.parameters, y.pointer)
    }

    package static func normaliseBackward(
        _ x: Matrix<Float>, _ by: GroupNormalisation<Float>, _ dy: Matrix<Float>, into dx: Matrix<Float>,
        _ gradient: Affine<Float>
    ) {
        precondition(by.fits(x) && by.fits(dy) && by.fits(dx) && x.rows == dy.rows && x.rows == dx.rows)
        precondition(gradient.gamma.count == by.affine.gamma.count)
        gradient.gamma.fill(0)
        gradient.beta.fill(0)
        unsafe kernels.normalise_groups_backward(
            by.groups.shape, x.rows, x.pointer, dy.pointer, by.moments.pointers, by.parameters, dx.pointer,
            gradient.pointers)
    }

    package static func columnMoments(_ x: Matrix<Float>, into moments: Moments<Float>) {
        precondition(moments.mean.count == x.columns)
        unsafe kernels.column_moments(x.shape, x.pointer, moments.mean.pointer, moments.variance.pointer)
    }

    package static func normalise(_ x: Matrix<Float>, _ by: ColumnNormalisation<Float>, into y: Matrix<Float>) {
        precondition(by.moments.mean.count == x.columns && y.rows == x.rows && y.columns == x.columns)
        unsafe kernels.normalise_columns(x.shape, x.pointer, by.moments.pointers, by.parameters, y.pointer)
    }

    package static func normaliseBackward(
        _ x: Matrix<Float>, _ by: ColumnNormalisation<Float>, _ dy: Matrix<Float>, into dx: Matrix<Float>,
        _ gradient: Affine<Float>
    ) {
        precondition(by.moments.mean.count == x.columns && gradient.gamma.count == x.columns)
        precondition(dy.rows == x.rows && dy.columns == x.columns && dx.rows == x.rows && dx.columns == x.columns)
        unsafe kernels.normalise_columns_backward(
            x.shape, x.pointer, dy.pointer, by.moments.pointers, by.parameters, dx.pointer, gradient.pointers)
    }

    package static func dropout(_ x: Matrix<Float>, rate: Double, _ stream: NoiseStream, into y: Matrix<Float>) {
        precondition(rate >= 0 && rate < 1 && x.count == y.count)
        unsafe kernels.dropout(stream.start, Float(rate), x.pointer, y.pointer, x.count)
    }
}

extension Matrix<Float> {
    fileprivate var shape: elbo_shape { elbo_shape(rows: rows, columns: columns) }
}

extension ChannelGroups {
    fileprivate var shape: elbo_groups { elbo_groups(places: places, channels: channels, groups: groups) }
}

extension Moments<Float> {
    fileprivate var pointers: elbo_moments {
        unsafe elbo_moments(mean: mean.pointer, variance: variance.pointer)
    }
}

extension Affine<Float> {
    fileprivate var pointers: elbo_affine_gradient {
        unsafe elbo_affine_gradient(gamma: gamma.pointer, beta: beta.pointer)
    }
}

extension GroupNormalisation<Float> {
    fileprivate var parameters: elbo_affine {
        unsafe elbo_affine(
            gamma: affine.gamma.pointer, beta: affine.beta.pointer, per_number: isAffinePerNumber ? 1 : 0)
    }

    fileprivate func fits(_ x: Matrix<Float>) -> Bool {
        x.columns == groups.count && x.rows == moments.mean.rows
    }
}

extension ColumnNormalisation<Float> {
    fileprivate var parameters: elbo_affine {
        unsafe elbo_affine(gamma: affine.gamma.pointer, beta: affine.beta.pointer, per_number: 0)
    }
}
