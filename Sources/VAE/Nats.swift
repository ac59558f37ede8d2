/// Nats that add up exactly.
package enum Nats {
    /// 2⁻²⁴ nats, below the rounding of a term in single precision.
    private static let finestStep = 1.0 / 16_777_216
    /// Sums of up to this many steps are exact in double precision.
    private static let mostSteps = 4_503_599_627_370_496.0

    /// What the numbers of a sum are rounded to, so that adding them is exact in any order: whoever adds the printed contributions of
    /// a score gets the printed score, to the last bit.
    ///
    /// 2⁻²⁴; more only where one cell costs so much that a double would not hold the sum.
    ///
    /// - Parameter total: the sum of the magnitudes.
    package static func step(total: Double) -> Double {
        var step = finestStep
        while total > step * mostSteps { step *= 2 }
        return step
    }

    /// The nearest multiple of a step.
    package static func rounded(_ nats: Double, to step: Double = finestStep) -> Double {
        (nats / step).rounded() * step
    }
}
