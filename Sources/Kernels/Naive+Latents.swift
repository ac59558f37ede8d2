import RealModule

extension Naive {
    package static func mixtureLogDensity(
        _ z: Matrix<Scalar>, _ p: Mixture<Scalar>, shares: Matrix<Scalar>, into densities: Matrix<Double>
    ) {
        for row in 0..<z.rows {
            let exponents = (0..<p.components).map { c in
                p.constant[c] - (0..<p.latents).reduce(0) { sum, l in
                    let d = z[row, l] - p.mean[l, c]
                    return sum + d * d * p.precision[l, c]
                } / 2
            }
            let largest = exponents.max() ?? 0
            let terms = exponents.map { Scalar.exp($0 - largest) }
            let total = terms.reduce(0, +)
            for c in 0..<p.components { shares[row, c] = terms[c] / total }
            densities[row] = Double(largest + .log(total))
        }
    }

    package static func mixtureBackward(
        _ z: Matrix<Scalar>, _ p: Mixture<Scalar>, shares: Matrix<Scalar>, weights: Matrix<Scalar>,
        into dz: Matrix<Scalar>, _ gradient: MixtureGradient<Scalar>
    ) {
        for row in 0..<z.rows {
            for c in 0..<p.components {
                let share = weights[row] * shares[row, c]
                for l in 0..<p.latents {
                    let d = z[row, l] - p.mean[l, c]
                    let pull = share * d * p.precision[l, c]
                    dz[row, l] += pull
                    gradient.mean[l, c] -= pull
                    gradient.logVariance[l, c] += (share - pull * d) / 2
                }
                gradient.logWeight[c] -= share
            }
        }
    }

    package static func gaussianDivergence(_ q: DiagonalGaussian<Scalar>, _ p: DiagonalGaussian<Scalar>) -> Double {
        var sum = 0.0
        for i in 0..<q.mean.count {
            let (d, ratio) = (q.mean[i] - p.mean[i], q.logVariance[i] - p.logVariance[i])
            sum += Double(d * d * .exp(-p.logVariance[i]) + (.expMinusOne(ratio) - ratio))
        }
        return sum / 2
    }

    package static func gaussianDivergenceBackward(
        _ q: DiagonalGaussian<Scalar>, _ p: DiagonalGaussian<Scalar>, weight: Scalar,
        into dq: DiagonalGaussian<Scalar>, _ dp: DiagonalGaussian<Scalar>
    ) {
        for i in 0..<q.mean.count {
            let d = q.mean[i] - p.mean[i]
            let pull = d * .exp(-p.logVariance[i])
            let excess = Scalar.expMinusOne(q.logVariance[i] - p.logVariance[i])
            dq.mean[i] = weight * pull
            dq.logVariance[i] = weight * excess / 2
            dp.mean[i] = -weight * pull
            dp.logVariance[i] = -weight * (pull * d + excess) / 2
        }
    }

    package static func gaussianLogDensity(_ z: Matrix<Scalar>, _ p: DiagonalGaussian<Scalar>) -> Double {
        var sum = 0.0
        for i in 0..<z.count {
            let d = z[i] - p.mean[i]
            sum += Double(d * d * .exp(-p.logVariance[i]) + p.logVariance[i] + .log(2 * .pi))
        }
        return -sum / 2
    }

    package static func entropyBackward(
        _ logVariance: Matrix<Scalar>, noise: Matrix<Scalar>, _ dz: Matrix<Scalar>, weight: Scalar,
        into dLogVariance: Matrix<Scalar>
    ) {
        for i in 0..<dz.count {
            dLogVariance[i] = (dz[i] * noise[i] * .exp(logVariance[i] / 2) - weight) / 2
        }
    }

    package static func couple(
        _ x: Matrix<Scalar>, _ p: DiagonalGaussian<Scalar>, into y: Matrix<Scalar>
    ) -> Double {
        var sum = 0.0
        for i in 0..<x.count {
            y[i] = (x[i] - p.mean[i]) * .exp(-p.logVariance[i] / 2)
            sum += Double(p.logVariance[i])
        }
        return sum
    }

    package static func coupleBackward(
        _ y: Matrix<Scalar>, logVariance: Matrix<Scalar>, _ dy: Matrix<Scalar>, weight: Scalar, into dx: Matrix<Scalar>,
        _ dp: DiagonalGaussian<Scalar>
    ) {
        for i in 0..<y.count {
            let (d, pull) = (dy[i], dy[i] * .exp(-logVariance[i] / 2))
            dp.mean[i] = -pull
            dp.logVariance[i] = (weight - d * y[i]) / 2
            dx[i] = pull
        }
    }
}
