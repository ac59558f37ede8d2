extension Double {
    package static func continuousBernoulliLogLikelihood(_ x: Matrix<Double>, logits: Matrix<Double>) -> Double {
        Naive.continuousBernoulliLogLikelihood(x, logits: logits)
    }

    package static func continuousBernoulliBackward(
        _ x: Matrix<Double>, logits: Matrix<Double>, weight: Double, into dLogits: Matrix<Double>
    ) {
        Naive.continuousBernoulliBackward(x, logits: logits, weight: weight, into: dLogits)
    }

    package static func continuousBernoulliMean(_ logits: Matrix<Double>, into x: Matrix<Double>) {
        Naive.continuousBernoulliMean(logits, into: x)
    }

    package static func continuousBernoulliDraw(
        _ logits: Matrix<Double>, _ stream: NoiseStream, into x: Matrix<Double>
    ) {
        Naive.continuousBernoulliDraw(logits, stream, into: x)
    }

    package static func discretizedLogisticLogLikelihood(
        _ x: Matrix<Double>, _ p: LogisticParameters<Double>
    ) -> Double {
        Naive.discretizedLogisticLogLikelihood(x, p)
    }

    package static func discretizedLogisticBackward(
        _ x: Matrix<Double>, _ p: LogisticParameters<Double>, weight: Double, into dLocation: Matrix<Double>,
        _ dRawScale: Matrix<Double>
    ) {
        Naive.discretizedLogisticBackward(x, p, weight: weight, into: dLocation, dRawScale)
    }

    package static func discretizedLogisticMean(_ p: LogisticParameters<Double>, into x: Matrix<Double>) {
        Naive.discretizedLogisticMean(p, into: x)
    }

    package static func discretizedLogisticDraw(
        _ p: LogisticParameters<Double>, _ stream: NoiseStream, into x: Matrix<Double>
    ) {
        Naive.discretizedLogisticDraw(p, stream, into: x)
    }
}
