internal import Kernels

/// The limit distribution of the Kolmogorov–Smirnov statistic.
enum Kolmogorov {
    /// The asymptotic p-value of the largest difference between two empirical distributions.
    ///
    ///     Q(√(nm/(n + m)) · D)
    ///
    /// Source: Smirnov 1948, Table for estimating the goodness of fit of empirical distributions.
    static func pValue(statistic: Double, _ first: Int, _ second: Int) -> Double {
        // Divided first, so that the product of the counts cannot overflow.
        let effective = Double(first) * (Double(second) / (Double(first) + Double(second)))
        return upperTail(effective.squareRoot() * statistic)
    }

    /// P(K > λ), by whichever of the two series needs few terms.
    ///
    ///     2 Σₖ (−1)ᵏ⁻¹ exp(−2k²λ²)  =  1 − (√(2π)/λ) Σₖ exp(−(2k − 1)²π²/(8λ²)),  k = 1, 2, …
    static func upperTail(_ lambda: Double) -> Double {
        guard lambda > 0.05 else { return 1 }
        let tail = lambda < 1 ? 1 - lowerSeries(lambda) : upperSeries(lambda)
        return min(max(tail, 0), 1)
    }

    private static func upperSeries(_ lambda: Double) -> Double {
        (1...6).reduce(0) { sum, index in
            let term = ExactMath.exp(-2 * Double(index * index) * lambda * lambda)
            return sum + (index.isMultiple(of: 2) ? -2 : 2) * term
        }
    }

    private static func lowerSeries(_ lambda: Double) -> Double {
        let sum = stride(from: 1, through: 7, by: 2).reduce(0) { sum, odd in
            sum + ExactMath.exp(-Double(odd * odd) * Double.pi * Double.pi / (8 * lambda * lambda))
        }
        return (2 * Double.pi).squareRoot() / lambda * sum
    }
}
