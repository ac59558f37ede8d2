internal import CKernels

extension Float {
    private static var kernels: elbo_kernels { KernelTable.functions }

    package static func mixtureLogDensity(
        _ z: Matrix<Float>, _ p: Mixture<Float>, shares: Matrix<Float>, into densities: Matrix<Double>
    ) {
        precondition(z.columns == p.latents && shares.count == z.rows * p.components && densities.count == z.rows)
        unsafe withUnsafePointer(to: p.table) { table in
            unsafe kernels.mixture_log_density(z.pointer, table, z.rows, shares.pointer, densities.pointer)
        }
    }

    package static func mixtureBackward(
        _ z: Matrix<Float>, _ p: Mixture<Float>, shares: Matrix<Float>, weights: Matrix<Float>, into dz: Matrix<Float>,
        _ gradient: MixtureGradient<Float>
    ) {
        precondition(z.columns == p.latents && shares.count == z.rows * p.components)
        precondition(weights.count == z.rows && dz.count == z.count && gradient.mean.count == p.mean.count)
        var gradients = unsafe elbo_mixture_gradient(
            mean: gradient.mean.pointer, log_variance: gradient.logVariance.pointer,
            constant: gradient.logWeight.pointer)
        unsafe withUnsafePointer(to: p.table) { table in
            unsafe kernels.mixture_backward(
                z.pointer, shares.pointer, weights.pointer, table, z.rows, dz.pointer, &gradients)
        }
    }

    package static func gaussianDivergence(_ q: DiagonalGaussian<Float>, _ p: DiagonalGaussian<Float>) -> Double {
        precondition(q.mean.count == p.mean.count)
        return unsafe kernels.gaussian_kl(
            q.mean.pointer, q.logVariance.pointer, p.mean.pointer, p.logVariance.pointer, q.mean.count)
    }

    package static func gaussianDivergenceBackward(
        _ q: DiagonalGaussian<Float>, _ p: DiagonalGaussian<Float>, weight: Float, into dq: DiagonalGaussian<Float>,
        _ dp: DiagonalGaussian<Float>
    ) {
        let n = q.mean.count
        precondition(p.mean.count == n && dq.mean.count == n && dp.mean.count == n)
        unsafe kernels.gaussian_kl_backward(
            q.mean.pointer, q.logVariance.pointer, p.mean.pointer, p.logVariance.pointer, weight, dq.mean.pointer,
            dq.logVariance.pointer, dp.mean.pointer, dp.logVariance.pointer, n)
    }

    package static func gaussianLogDensity(_ z: Matrix<Float>, _ p: DiagonalGaussian<Float>) -> Double {
        precondition(z.count == p.mean.count)
        return unsafe kernels.gaussian_log_density(z.pointer, p.mean.pointer, p.logVariance.pointer, z.count)
    }

    package static func entropyBackward(
        _ logVariance: Matrix<Float>, noise: Matrix<Float>, _ dz: Matrix<Float>, weight: Float,
        into dLogVariance: Matrix<Float>
    ) {
        let n = dz.count
        precondition(logVariance.count == n && noise.count == n && dLogVariance.count == n)
        unsafe kernels.entropy_backward(
            logVariance.pointer, noise.pointer, dz.pointer, weight, dLogVariance.pointer, n)
    }

    package static func couple(_ x: Matrix<Float>, _ p: DiagonalGaussian<Float>, into y: Matrix<Float>) -> Double {
        precondition(p.mean.count == x.count && y.count == x.count)
        return unsafe kernels.couple(x.pointer, p.mean.pointer, p.logVariance.pointer, y.pointer, x.count)
    }

    package static func coupleBackward(
        _ y: Matrix<Float>, logVariance: Matrix<Float>, _ dy: Matrix<Float>, weight: Float, into dx: Matrix<Float>,
        _ dp: DiagonalGaussian<Float>
    ) {
        let n = y.count
        precondition(logVariance.count == n && dy.count == n && dx.count == n && dp.mean.count == n)
        unsafe kernels.couple_backward(
            y.pointer, logVariance.pointer, dy.pointer, weight, dx.pointer, dp.mean.pointer, dp.logVariance.pointer, n)
    }
}

extension Mixture<Float> {
    fileprivate var table: elbo_mixture {
        unsafe elbo_mixture(
            mean: UnsafePointer(mean.pointer), precision: UnsafePointer(precision.pointer),
            constant: UnsafePointer(constant.pointer), latents: latents, components: components)
    }
}
