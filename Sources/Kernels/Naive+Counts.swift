import RealModule

/// Columns of counts: Poisson and negative binomial.
extension Naive {
    private static var largestLogMean: Scalar { 20 }
    private static var largestLogTheta: Scalar { 20 }

    package static func poissonTerms(
        _ x: ColumnBlock<Scalar>, logRate: ColumnBlock<Scalar>, into terms: ColumnBlock<Scalar>
    ) {
        for i in 0..<x.rows {
            for j in 0..<x.columns {
                let (count, rate) = (x[i, j], min(logRate[i, j], largestLogMean))
                terms[i, j] = count.isNaN ? 0 : count * rate - .exp(rate) - logGamma(count + 1)
            }
        }
    }

    package static func poissonTermsBackward(
        _ x: ColumnBlock<Scalar>, logRate: ColumnBlock<Scalar>, weight: Scalar, into dLogRate: ColumnBlock<Scalar>
    ) {
        for i in 0..<x.rows {
            for j in 0..<x.columns {
                let ignored = x[i, j].isNaN || logRate[i, j] > largestLogMean
                dLogRate[i, j] = ignored ? 0 : weight * (.exp(logRate[i, j]) - x[i, j])
            }
        }
    }

    private static func clampedLogTheta(_ p: NegativeBinomialParameters<Scalar>, _ j: Int) -> Scalar {
        max(-largestLogTheta, min(largestLogTheta, p.logTheta[j]))
    }

    package static func negativeBinomialTerms(
        _ x: ColumnBlock<Scalar>, _ p: NegativeBinomialParameters<Scalar>, into terms: ColumnBlock<Scalar>
    ) {
        for j in 0..<x.columns {
            let logTheta = clampedLogTheta(p, j)
            let theta = Scalar.exp(logTheta)
            for i in 0..<x.rows {
                let (count, ratio) = (x[i, j], min(p.logMean[i, j], largestLogMean) - logTheta)
                let constant = logGamma(count + theta) - logGamma(theta) - logGamma(count + 1)
                // log(m/(m + θ)) = −softplus(log θ − log m)
                let term = constant - count * softplus(-ratio) - theta * softplus(ratio)
                terms[i, j] = count.isNaN ? 0 : term
            }
        }
    }

    package static func negativeBinomialTermsBackward(
        _ x: ColumnBlock<Scalar>, _ p: NegativeBinomialParameters<Scalar>, weight: Scalar,
        into dLogMean: ColumnBlock<Scalar>, _ dLogTheta: ColumnBlock<Scalar>
    ) {
        for j in 0..<x.columns {
            let logTheta = clampedLogTheta(p, j)
            let theta = Scalar.exp(logTheta)
            for i in 0..<x.rows {
                let (count, logMean) = (x[i, j], min(p.logMean[i, j], largestLogMean))
                let excess = (.exp(logMean) - count) / (.exp(logMean) + theta)
                let ignored = count.isNaN || logMean < p.logMean[i, j]
                dLogMean[i, j] = ignored ? 0 : weight * theta * excess
                let digammas = digamma(count + theta) - digamma(theta)
                let slope = theta * (softplus(logMean - logTheta) - digammas - excess)
                dLogTheta[i, j] = count.isNaN || logTheta != p.logTheta[j] ? 0 : weight * slope
            }
        }
    }

    private static func logGamma(_ x: Scalar) -> Scalar { .logGamma(x) }

    /// ψ, which the system's library lacks.
    private static func digamma(_ x: Scalar) -> Scalar { Scalar(ExactMath.digamma(Double(x))) }
}
