import RealModule

extension Naive {
    package static func reparameterise(
        _ mean: Matrix<Scalar>, _ sigma: Matrix<Scalar>, _ noise: Matrix<Scalar>, into z: Matrix<Scalar>
    ) {
        for i in 0..<z.count { z[i] = mean[i] + sigma[i] * noise[i] }
    }

    package static func klDivergence(_ mean: Matrix<Scalar>, _ logVariance: Matrix<Scalar>) -> Double {
        var sum = 0.0
        for i in 0..<mean.count {
            sum += Double(mean[i] * mean[i] + (Scalar.expMinusOne(logVariance[i]) - logVariance[i]))
        }
        return sum / 2
    }

    package static func posteriorBackward(
        _ posterior: PosteriorSample<Scalar>, _ dz: Matrix<Scalar>, klWeight w: Scalar,
        into dMean: Matrix<Scalar>, _ dLogVariance: Matrix<Scalar>
    ) {
        for i in 0..<dz.count {
            let (mean, logVariance, noise) = (posterior.mean[i], posterior.logVariance[i], posterior.noise[i])
            dMean[i] = dz[i] + w * mean
            dLogVariance[i] = (dz[i] * noise * .exp(logVariance / 2) + w * .expMinusOne(logVariance)) / 2
        }
    }

    package static func bernoulliLogLikelihood(_ x: Matrix<Scalar>, logits: Matrix<Scalar>) -> Double {
        (0..<x.count).reduce(0) { sum, i in
            // x l − max(l, 0) first: it is 0 where the record is certain, and the small rest keeps its digits.
            let certain = x[i] * logits[i] - max(logits[i], 0)
            return sum + Double(certain - .log(onePlus: .exp(-abs(logits[i]))))
        }
    }

    package static func bernoulliBackward(
        _ x: Matrix<Scalar>, logits: Matrix<Scalar>, weight: Scalar, into dLogits: Matrix<Scalar>
    ) {
        for i in 0..<x.count {
            // (1 − x) sigmoid(l) − x sigmoid(−l): no digits are lost where the record is certain.
            dLogits[i] = weight * ((1 - x[i]) * sigmoid(logits[i]) - x[i] * sigmoid(-logits[i]))
        }
    }

    package static func squaredError(
        _ x: Matrix<Scalar>, mean: Matrix<Scalar>, precision: Matrix<Scalar>
    ) -> Double {
        var sum = 0.0
        for i in 0..<x.count {
            let error = x[i] - mean[i]
            sum += Double(error * error * precision[i])
        }
        return sum
    }

    package static func gaussianBackward(
        _ x: Matrix<Scalar>, mean: Matrix<Scalar>, precision: Matrix<Scalar>, weight: Scalar,
        into dMean: Matrix<Scalar>
    ) {
        for i in 0..<x.rows {
            for j in 0..<x.columns { dMean[i, j] = weight * (mean[i, j] - x[i, j]) * precision[j] }
        }
    }

    package static func columnSquaredErrors(
        _ x: Matrix<Scalar>, mean: Matrix<Scalar>, into sums: Matrix<Scalar>
    ) {
        for j in 0..<x.columns {
            sums[j] = (0..<x.rows).reduce(0) { $0 + (x[$1, j] - mean[$1, j]) * (x[$1, j] - mean[$1, j]) }
        }
    }
}
