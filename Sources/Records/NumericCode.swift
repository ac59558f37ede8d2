import Kernels

/// How a number of the data becomes the number that the network sees, and back.
///
///     t = (u(x) − offset) / scale,  u(x) = x  or  sign(x) log(1 + |x| / unit)
///
/// Both forms take every finite x, so a value that training never saw is strange, not an error.
package struct NumericCode: Equatable, Sendable {
    package enum Transform: Equatable, Sendable {
        case linear
        /// For positive, skewed columns: close to linear below `unit`, logarithmic above.
        case logarithmic(unit: Double)
    }

    package let transform: Transform
    package let offset: Double
    /// Above 0.
    package let scale: Double
    /// The median and the usual spread of the codes: what the encoder measures a number by.
    package let median: Double
    /// Above 0.
    package let spread: Double

    package init(transform: Transform, offset: Double, scale: Double, median: Double = 0, spread: Double = 1) {
        (self.transform, self.offset, self.scale) = (transform, offset, scale)
        (self.median, self.spread) = (median, spread)
    }

    /// asinh((t − median) / spread): linear for usual numbers and logarithmic far out, so that one wild cell does not drown the
    /// others.
    package func feature(_ t: Float) -> Float {
        let u = (Double(t) - median) / spread
        let magnitude = ExactMath.log(abs(u) + (u * u + 1).squareRoot())
        return Float(u < 0 ? -magnitude : magnitude)
    }

    /// Beyond this a number is as strange as can be; its square is still finite in single precision.
    package static let largestCode = 1e15

    package func code(_ x: Double) -> Float {
        let t = (transformed(x) - offset) / scale
        return Float(min(max(t, -Self.largestCode), Self.largestCode))
    }

    /// u(x)
    package func transformed(_ x: Double) -> Double {
        switch transform {
        case .linear: return x
        case .logarithmic(let unit):
            let magnitude = ExactMath.log(1 + abs(x) / unit)
            return x < 0 ? -magnitude : magnitude
        }
    }

    /// The number in the data's own units; inverse of `code` but for rounding. Finite.
    package func value(_ t: Double) -> Double {
        let u = t * scale + offset
        switch transform {
        case .linear: return Self.held(u)
        case .logarithmic(let unit):
            let magnitude = Self.held(unit * (ExactMath.exp(min(abs(u), Self.largestExponent)) - 1))
            return u < 0 ? -magnitude : magnitude
        }
    }

    private static func held(_ x: Double) -> Double {
        min(max(x, -.greatestFiniteMagnitude), .greatestFiniteMagnitude)
    }

    /// What a log density loses from t to x: log |dx/dt| at t, in nats.
    func logUnit(_ t: Double) -> Double {
        switch transform {
        case .linear: ExactMath.log(scale)
        case .logarithmic(let unit): ExactMath.log(scale) + ExactMath.log(unit) + abs(t * scale + offset)
        }
    }

    /// e to this is finite.
    private static let largestExponent = 700.0
}
