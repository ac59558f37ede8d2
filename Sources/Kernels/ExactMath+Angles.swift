extension ExactMath {
    /// sin x for x in [0, π], to 10⁻¹⁶: Taylor's series of the angle's distance to the nearer of 0 and π.
    package static func sine(_ x: Double) -> Double {
        let near = min(x, .pi - x)
        let square = near * near
        // The term behind the last one is (π/2)²³/23! = 10⁻¹⁸.
        let series = stride(from: 20.0, through: 2, by: -2).reduce(1.0) { 1 - $0 * square / ($1 * ($1 + 1)) }
        return near * series
    }

    /// arctan (y / x) in [0, π/2] for y, x ≥ 0 that are not both 0, to 10⁻¹⁶: the angle is halved three times, where the series
    /// is short.
    package static func arcTangent(_ y: Double, _ x: Double) -> Double {
        if y > x { return .pi / 2 - arcTangent(x, y) }
        let ratio = (0..<3).reduce(y / x) { ratio, _ in ratio / (1 + (1 + ratio * ratio).squareRoot()) }
        let square = ratio * ratio
        // tan(π/32)¹⁹/19 = 10⁻²⁰
        let series = stride(from: 17.0, through: 1, by: -2).reduce(0.0) { 1 / $1 - $0 * square }
        return 8 * ratio * series
    }
}
