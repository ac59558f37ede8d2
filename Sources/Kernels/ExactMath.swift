internal import CKernels

/// Functions in `Double` whose bits do not depend on the CPU, unlike the system's.
package enum ExactMath {
    package static func exp(_ x: Double) -> Double { elbo_exp64(x) }
    package static func log(_ x: Double) -> Double { elbo_log64(x) }

    /// log Γ(x) for x ≥ 0, to 10⁻¹⁴: relative where the value exceeds 1.
    package static func logGamma(_ x: Double) -> Double { elbo_log_gamma64(x) }
    /// ψ(x) = d log Γ(x)/dx for x ≥ 0, as accurate.
    package static func digamma(_ x: Double) -> Double { elbo_digamma64(x) }

    /// ½ log 2π
    package static let halfLogTwoPi = 0.91893853320467274178

    /// log (1/n) Σ exp(xᵢ), with the largest taken out first.
    package static func logMeanExp(_ values: [Double]) -> Double {
        guard let largest = values.max(), largest.isFinite else { return values.max() ?? .nan }
        let sum = values.reduce(0) { $0 + exp($1 - largest) }
        return largest + log(sum / Double(values.count))
    }
}
