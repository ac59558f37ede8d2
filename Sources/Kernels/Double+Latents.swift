extension Double {
    package static func mixtureLogDensity(
        _ z: Matrix<Double>, _ p: Mixture<Double>, shares: Matrix<Double>, into densities: Matrix<Double>
    ) {
        Naive.mixtureLogDensity(z, p, shares: shares, into: densities)
    }

    package static func mixtureBackward(
        _ z: Matrix<Double>, _ p: Mixture<Double>, shares: Matrix<Double>, weights: Matrix<Double>,
        into dz: Matrix<Double>, _ gradient: MixtureGradient<Double>
    ) {
        Naive.mixtureBackward(z, p, shares: shares, weights: weights, into: dz, gradient)
    }

    package static func gaussianDivergence(_ q: DiagonalGaussian<Double>, _ p: DiagonalGaussian<Double>) -> Double {
        Naive.gaussianDivergence(q, p)
    }

    package static func gaussianDivergenceBackward(
        _ q: DiagonalGaussian<Double>, _ p: DiagonalGaussian<Double>, weight: Double,
        into dq: DiagonalGaussian<Double>, _ dp: DiagonalGaussian<Double>
    ) {
        Naive.gaussianDivergenceBackward(q, p, weight: weight, into: dq, dp)
    }

    package static func gaussianLogDensity(_ z: Matrix<Double>, _ p: DiagonalGaussian<Double>) -> Double {
        Naive.gaussianLogDensity(z, p)
    }

    package static func entropyBackward(
        _ logVariance: Matrix<Double>, noise: Matrix<Double>, _ dz: Matrix<Double>, weight: Double,
        into dLogVariance: Matrix<Double>
    ) {
        Naive.entropyBackward(logVariance, noise: noise, dz, weight: weight, into: dLogVariance)
    }

    package static func couple(
        _ x: Matrix<Double>, _ p: DiagonalGaussian<Double>, into y: Matrix<Double>
    ) -> Double {
        Naive.couple(x, p, into: y)
    }

    package static func coupleBackward(
        _ y: Matrix<Double>, logVariance: Matrix<Double>, _ dy: Matrix<Double>, weight: Double, into dx: Matrix<Double>,
        _ dp: DiagonalGaussian<Double>
    ) {
        Naive.coupleBackward(y, logVariance: logVariance, dy, weight: weight, into: dx, dp)
    }
}
