internal import CKernels

extension Float {
    private static var kernels: elbo_kernels { KernelTable.functions }

    package static func standardDeviation(_ logVariance: Matrix<Float>, into sigma: Matrix<Float>) {
        precondition(logVariance.count == sigma.count)
        unsafe kernels.standard_deviation(logVariance.pointer, sigma.pointer, sigma.count)
    }

    package static func reparameterise(
        _ mean: Matrix<Float>, _ sigma: Matrix<Float>, _ noise: Matrix<Float>, into z: Matrix<Float>
    ) {
        precondition(mean.count == z.count && sigma.count == z.count && noise.count == z.count)
        unsafe kernels.reparameterise(mean.pointer, sigma.pointer, noise.pointer, z.pointer, z.count)
    }

    package static func klDivergence(_ mean: Matrix<Float>, _ logVariance: Matrix<Float>) -> Double {
        precondition(mean.count == logVariance.count)
        return unsafe kernels.kl(mean.pointer, logVariance.pointer, mean.count)
    }

    package static func posteriorBackward(
        _ posterior: PosteriorSample<Float>, _ dz: Matrix<Float>, klWeight: Float, into dMean: Matrix<Float>,
        _ dLogVariance: Matrix<Float>
    ) {
        let (mean, logVariance, noise, n) = (posterior.mean, posterior.logVariance, posterior.noise, dz.count)
        precondition(mean.count == n && logVariance.count == n && noise.count == n)
        precondition(dMean.count == n && dLogVariance.count == n)
        unsafe kernels.posterior_backward(
            mean.pointer, logVariance.pointer, noise.pointer, dz.pointer, klWeight, dMean.pointer,
            dLogVariance.pointer, n)
    }

    package static func bernoulliLogLikelihood(_ x: Matrix<Float>, logits: Matrix<Float>) -> Double {
        precondition(x.count == logits.count)
        return unsafe kernels.bernoulli(x.pointer, logits.pointer, x.count)
    }

    package static func bernoulliBackward(
        _ x: Matrix<Float>, logits: Matrix<Float>, weight: Float, into dLogits: Matrix<Float>
    ) {
        precondition(x.count == logits.count && x.count == dLogits.count)
        unsafe kernels.bernoulli_backward(x.pointer, logits.pointer, weight, dLogits.pointer, x.count)
    }

    package static func squaredError(
        _ x: Matrix<Float>, mean: Matrix<Float>, precision: Matrix<Float>
    ) -> Double {
        precondition(x.count == mean.count && x.count == precision.count)
        return unsafe kernels.squared_error(x.pointer, mean.pointer, precision.pointer, x.count)
    }

    package static func gaussianBackward(
        _ x: Matrix<Float>, mean: Matrix<Float>, precision: Matrix<Float>, weight: Float,
        into dMean: Matrix<Float>
    ) {
        precondition(x.count == mean.count && x.count == dMean.count && precision.count == x.columns)
        for i in 0..<x.rows {
            let row = i..<i + 1
            unsafe kernels.gaussian_backward(
                x.rows(row).pointer, mean.rows(row).pointer, precision.pointer, weight, dMean.rows(row).pointer,
                x.columns)
        }
    }

    package static func columnSquaredErrors(
        _ x: Matrix<Float>, mean: Matrix<Float>, into sums: Matrix<Float>
    ) {
        precondition(x.count == mean.count && sums.count == x.columns)
        unsafe kernels.column_squared_errors(x.pointer, mean.pointer, sums.pointer, x.rows, x.columns)
    }

    package static func adam(_ state: AdamState<Float>, gradient: Matrix<Float>, step: AdamStep) {
        let n = gradient.count
        precondition(state.weights.count == n)
        var numbers = elbo_adam(
            learning_rate: Float(step.learningRate), beta1: Float(step.beta1), beta2: Float(step.beta2),
            epsilon: Float(step.epsilon), correction1: Float(step.correction1),
            correction2: Float(step.correction2), gradient_scale: Float(step.gradientScale),
            average_decay: Float(step.averageDecay))
        unsafe kernels.adam(
            state.weights.pointer, gradient.pointer, state.firstMoment.pointer, state.secondMoment.pointer,
            state.average.pointer, n, &numbers)
    }

    package static func normals(_ stream: NoiseStream, into x: Matrix<Float>) {
        unsafe kernels.normals(stream.start, x.pointer, x.count)
    }

    package static func binarise(_ p: Matrix<Float>, _ stream: NoiseStream, into x: Matrix<Float>) {
        precondition(p.count == x.count)
        unsafe kernels.binarise(stream.start, p.pointer, x.pointer, x.count)
    }
}

extension NoiseStream {
    var start: elbo_noise { elbo_noise(key: key, stream: (index, draw, purpose)) }

    /// The first words of the stream.
    /// Numbers in (0, 1).
    package func uniforms(_ count: Int) -> [Double] {
        words(count).map { (Double($0) + 0.5) / 4_294_967_296 }
    }

    package func words(_ count: Int) -> [UInt32] {
        if count == 0 { return [] }
        return unsafe Array(unsafeUninitializedCapacity: count) { buffer, initialised in
            if let base = buffer.baseAddress { unsafe KernelTable.functions.words(start, base, count) }
            initialised = count
        }
    }
}
