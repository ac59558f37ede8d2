import Kernels

/// Points on a way from one code to another.
package struct LatentPath: Equatable, Sendable {
    package enum Method: String, CaseIterable, Sendable {
        /// (1 − t) a + t b
        case linear
        /// (sin((1 − t) Ω) a + sin(t Ω) b) / sin Ω with Ω the angle between a and b: between codes of one length all points
        /// have that length, as draws of the prior have nearly the same. Linear where Ω is too near to 0 or π for a plane.
        /// Source: Shoemake 1985; for latents White 2016 (arXiv:1609.04468).
        case spherical
    }

    package static let stepRange = 2...256
    package static let usualSteps = 8

    /// Points, the ends among them: t = i / (steps − 1).
    package let steps: Int
    package let method: Method

    package init(steps: Int = usualSteps, method: Method = .linear) {
        precondition(Self.stepRange.contains(steps))
        (self.steps, self.method) = (steps, method)
    }

    /// `[steps, latentDimension]`; the first and the last are the ends, to the last bit.
    ///
    /// - Parameter ends: `[2, latentDimension]`.
    package func points(between ends: Matrix<Float>) -> Matrix<Float> {
        precondition(ends.rows == 2)
        let (a, b) = (ends.rows(0..<1).values.map(Double.init), ends.rows(1..<2).values.map(Double.init))
        let angle = method == .spherical ? Self.angle(a, b) : nil
        let points = (0..<steps).flatMap { step in
            let (start, end) = Self.weights(Double(step) / Double(steps - 1), angle)
            return zip(a, b).map { Float(start * $0 + end * $1) }
        }
        return Matrix(points, rows: steps, columns: ends.columns)
    }

    /// Of both ends at t.
    private static func weights(_ t: Double, _ angle: Double?) -> (start: Double, end: Double) {
        guard let angle, t > 0, t < 1 else { return (1 - t, t) }
        let whole = ExactMath.sine(angle)
        return (ExactMath.sine((1 - t) * angle) / whole, ExactMath.sine(t * angle) / whole)
    }

    /// An angle nearer to 0 or π is none to go along.
    private static let leastSine = 1e-4

    /// Between two vectors, in (0, π); nil where they are nearly parallel or one of them is 0.
    ///
    /// 2 atan(|u − v| / |u + v|) of the unit vectors, which is exact for small angles too. Source: Kahan 2006, "How Futile are
    /// Mindless Assessments of Roundoff", §12.
    private static func angle(_ a: [Double], _ b: [Double]) -> Double? {
        let (lengthA, lengthB) = (length(a), length(b))
        guard lengthA > 0, lengthB > 0 else { return nil }
        let (u, v) = (a.map { $0 / lengthA }, b.map { $0 / lengthB })
        let angle = 2 * ExactMath.arcTangent(length(zip(u, v).map { $0 - $1 }), length(zip(u, v).map { $0 + $1 }))
        return ExactMath.sine(angle) > leastSine ? angle : nil
    }

    private static func length(_ vector: [Double]) -> Double {
        vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
    }
}
