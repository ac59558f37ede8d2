import Kernels

/// Draws of counts by walking up their distribution; large means by the normal that they come close to.
enum CountDraw {
    private static let largestWalk = 1_000.0

    static func poisson<Scalar>(logMean: Double, _ noise: ColumnNoise<Scalar>.Column) -> Scalar {
        let mean = ExactMath.exp(min(logMean, 20))
        guard mean < largestWalk else { return rounded(mean + mean.squareRoot() * Double(noise.normal)) }
        return walk(noise.uniform, first: ExactMath.exp(-mean)) { mean / $0 }
    }

    /// p(0) = (θ / (θ + m))^θ, p(k) / p(k − 1) = (k − 1 + θ) / k · m / (θ + m).
    static func negativeBinomial<Scalar>(
        logMean: Double, logTheta: Double, _ noise: ColumnNoise<Scalar>.Column
    ) -> Scalar {
        let (mean, theta) = (ExactMath.exp(min(logMean, 20)), ExactMath.exp(min(max(logTheta, -20), 20)))
        let variance = mean + mean * mean / theta
        guard mean < largestWalk, variance < largestWalk * largestWalk else {
            return rounded(mean + variance.squareRoot() * Double(noise.normal))
        }
        let first = ExactMath.exp(theta * (ExactMath.log(theta) - ExactMath.log(theta + mean)))
        return walk(noise.uniform, first: first) { ($0 - 1 + theta) / $0 * mean / (theta + mean) }
    }

    private static func rounded<Scalar: KernelScalar>(_ value: Double) -> Scalar { Scalar(max(0, value.rounded())) }

    /// The first count whose cumulative probability reaches u.
    private static func walk<Scalar: KernelScalar>(
        _ u: Double, first: Double, ratio: (Double) -> Double
    ) -> Scalar {
        var (count, probability, sum) = (0.0, first, first)
        while sum < u, count < 100 * largestWalk {
            count += 1
            probability *= ratio(count)
            sum += probability
        }
        return Scalar(count)
    }
}
