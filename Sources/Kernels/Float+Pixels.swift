internal import CKernels

// The C kernels of pixels in [0, 1]. Draws are few and go through the naive form, whose arithmetic is the same on every CPU.

extension Float {
    private static var kernels: elbo_kernels { KernelTable.functions }

    package static func continuousBernoulliLogLikelihood(_ x: Matrix<Float>, logits: Matrix<Float>) -> Double {
        precondition(x.count == logits.count)
        return unsafe kernels.continuous_bernoulli(x.pointer, logits.pointer, x.count)
    }

    package static func continuousBernoulliBackward(
        _ x: Matrix<Float>, logits: Matrix<Float>, weight: Float, into dLogits: Matrix<Float>
    ) {
        precondition(x.count == logits.count && x.count == dLogits.count)
        unsafe kernels.continuous_bernoulli_backward(x.pointer, logits.pointer, weight, dLogits.pointer, x.count)
    }

    package static func continuousBernoulliMean(_ logits: Matrix<Float>, into x: Matrix<Float>) {
        precondition(x.count == logits.count)
        unsafe kernels.continuous_bernoulli_mean(logits.pointer, x.pointer, x.count)
    }

    package static func continuousBernoulliDraw(
        _ logits: Matrix<Float>, _ stream: NoiseStream, into x: Matrix<Float>
    ) {
        Naive.continuousBernoulliDraw(logits, stream, into: x)
    }

    package static func discretizedLogisticLogLikelihood(
        _ x: Matrix<Float>, _ p: LogisticParameters<Float>
    ) -> Double {
        precondition(x.count == p.location.count)
        return unsafe kernels.discretized_logistic(x.pointer, p.pointers, x.count)
    }

    package static func discretizedLogisticBackward(
        _ x: Matrix<Float>, _ p: LogisticParameters<Float>, weight: Float, into dLocation: Matrix<Float>,
        _ dRawScale: Matrix<Float>
    ) {
        precondition(x.count == p.location.count && x.count == dLocation.count && x.count == dRawScale.count)
        unsafe kernels.discretized_logistic_backward(
            x.pointer, p.pointers, weight, dLocation.pointer, dRawScale.pointer, x.count)
    }

    package static func discretizedLogisticMean(_ p: LogisticParameters<Float>, into x: Matrix<Float>) {
        precondition(x.count == p.location.count)
        unsafe kernels.discretized_logistic_mean(p.pointers, x.pointer, x.count)
    }

    package static func discretizedLogisticDraw(
        _ p: LogisticParameters<Float>, _ stream: NoiseStream, into x: Matrix<Float>
    ) {
        Naive.discretizedLogisticDraw(p, stream, into: x)
    }
}

extension LogisticParameters<Float> {
    /// Valid for a call whose arguments keep the storage alive.
    fileprivate var pointers: elbo_logistic {
        unsafe elbo_logistic(location: location.pointer, raw: rawScale.pointer, floor: floor)
    }
}
