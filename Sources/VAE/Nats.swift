/// Nats that add up exactly.
package enum Nats {
    /// 2⁻²⁴ nats, below the rounding of a term in single precision.
    private static let step = 1.0 / 16_777_216

    /// The nearest multiple of 2⁻²⁴.
    ///
    /// Sums of such numbers are exact in double precision, in any order, up to 5·10⁸ nats: whoever adds the printed
    /// contributions of a score gets the printed score, to the last bit.
    package static func rounded(_ nats: Double) -> Double {
        abs(nats) < 536_870_912 ? (nats / step).rounded() * step : nats
    }
}
