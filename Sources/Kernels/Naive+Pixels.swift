import RealModule

/// Pixels in [0, 1]: the continuous Bernoulli (Loaiza-Ganem and Cunningham 2019, arXiv:1907.06845) and the discretised logistic
/// (Kingma et al. 2016, arXiv:1606.04934).
extension Naive {
    // MARK: Continuous Bernoulli

    /// B₂ₙ/(2n)!, B the Bernoulli numbers: log(sinh(½t)/½t) is Σ B₂ₙ t²ⁿ/(2n (2n)!), which below ½ needs seven terms.
    private static var bernoulliNumbers: [Scalar] {
        let inverses: [Double] = [
            12, -720, 30_240, -1_209_600, 47_900_160, -1_307_674_368_000 / 691, 74_724_249_600,
        ]
        return inverses.map { Scalar(1 / $0) }
    }

    /// The mean at logit −t, t ≥ 0, which is below ½; at logit t it is one less this.
    private static func smallerMean(_ t: Scalar) -> Scalar {
        if t >= 1 / 2 { return 1 / t - 1 / Scalar.expMinusOne(t) }
        let slope = bernoulliNumbers.reversed().reduce(0) { $0 * t * t + $1 } * t
        return 1 / 2 - slope
    }

    private static func continuousBernoulliTerm(_ x: Scalar, logit l: Scalar) -> Scalar {
        let t = abs(l)
        if t >= 1 / 2 { return (x * l - max(l, 0)) + .log(t / -Scalar.expMinusOne(-t)) }
        let terms = bernoulliNumbers.enumerated().map { n, number in number / Scalar(2 * n + 2) }
        return l * (x - 1 / 2) - terms.reversed().reduce(0) { $0 * t * t + $1 } * t * t
    }

    package static func continuousBernoulliLogLikelihood(_ x: Matrix<Scalar>, logits: Matrix<Scalar>) -> Double {
        (0..<x.count).reduce(0) { $0 + Double(continuousBernoulliTerm(x[$1], logit: logits[$1])) }
    }

    package static func continuousBernoulliBackward(
        _ x: Matrix<Scalar>, logits: Matrix<Scalar>, weight: Scalar, into dLogits: Matrix<Scalar>
    ) {
        for i in 0..<x.count {
            // (1 − x) E(l) − x E(−l): no digits are lost where the record is certain.
            let smaller = smallerMean(abs(logits[i]))
            let (mean, mirrored) = logits[i] < 0 ? (smaller, 1 - smaller) : (1 - smaller, smaller)
            dLogits[i] = weight * ((1 - x[i]) * mean - x[i] * mirrored)
        }
    }

    package static func continuousBernoulliMean(_ logits: Matrix<Scalar>, into x: Matrix<Scalar>) {
        map(logits, into: x) { $0 < 0 ? smallerMean(-$0) : 1 - smallerMean($0) }
    }

    package static func continuousBernoulliDraw(
        _ logits: Matrix<Scalar>, _ stream: NoiseStream, into x: Matrix<Scalar>
    ) {
        let uniforms = stream.uniforms(logits.count)
        for i in 0..<logits.count {
            let logit = Double(logits[i]), draw = decayingDraw(uniforms[i], rate: abs(logit))
            x[i] = Scalar(logit > 0 ? 1 - draw : draw)
        }
    }

    /// Of the density that falls as e^(−t x) over [0, 1]: x = −log(1 − u (1 − e⁻ᵗ))/t.
    private static func decayingDraw(_ u: Double, rate t: Double) -> Double {
        // The first order in t, where the difference would cancel.
        if t < 1e-4 { return u - t * u * (1 - u) / 2 }
        return min(1, -ExactMath.log(1 - u * (1 - ExactMath.exp(-t))) / t)
    }

    // MARK: Discretised logistic

    private static func scale(_ p: LogisticParameters<Scalar>, _ i: Int) -> Scalar {
        min(max(p.floor + softplus(p.rawScale[i]), Scalar(1e-20)), Scalar(1e15))
    }

    /// The edges of a record's level in units of the scale, nil where the level is open.
    private static func edges(
        _ x: Scalar, _ p: LogisticParameters<Scalar>, _ i: Int
    ) -> (below: Scalar?, above: Scalar?, width: Scalar) {
        let level = (min(max(x, 0), 1) * 255).rounded(.toNearestOrEven)
        let (scale, limit) = (scale(p, i), Scalar(1e16))
        let centre = max(-limit, min(limit, ((level + 1 / 2) / 256 - p.location[i]) / scale))
        let width = 1 / (256 * scale)
        return (level == 0 ? nil : centre - width / 2, level == 255 ? nil : centre + width / 2, width)
    }

    package static func discretizedLogisticLogLikelihood(
        _ x: Matrix<Scalar>, _ p: LogisticParameters<Scalar>
    ) -> Double {
        (0..<x.count).reduce(0) { sum, i in
            // sigmoid(a) − sigmoid(b) = sigmoid(a) sigmoid(−b) (1 − exp(b − a)): nothing cancels.
            let (below, above, width) = edges(x[i], p, i)
            var term: Scalar = 0
            if let above { term -= softplus(-above) }
            if let below { term -= softplus(below) }
            if above != nil, below != nil { term += .log(-Scalar.expMinusOne(-width)) }
            return sum + Double(term)
        }
    }

    package static func discretizedLogisticBackward(
        _ x: Matrix<Scalar>, _ p: LogisticParameters<Scalar>, weight: Scalar, into dLocation: Matrix<Scalar>,
        _ dRawScale: Matrix<Scalar>
    ) {
        for i in 0..<x.count {
            let (below, above, width) = edges(x[i], p, i)
            let (outAbove, outBelow) = (above.map { sigmoid(-$0) } ?? 0, below.map { sigmoid($0) } ?? 0)
            var dLogScale = (above ?? 0) * outAbove - (below ?? 0) * outBelow
            if above != nil, below != nil { dLogScale += width / .expMinusOne(width) }
            let scale = scale(p, i)
            dLocation[i] = weight * (outAbove - outBelow) / scale
            dRawScale[i] = weight * dLogScale * sigmoid(p.rawScale[i]) / scale
        }
    }

    /// E[k] = Σ P(level ≥ k) over k = 1 … 255.
    package static func discretizedLogisticMean(_ p: LogisticParameters<Scalar>, into x: Matrix<Scalar>) {
        for i in 0..<x.count {
            let scale = scale(p, i)
            x[i] = (1...255).reduce(0) { $0 + sigmoid((p.location[i] - Scalar($1) / 256) / scale) } / 255
        }
    }

    package static func discretizedLogisticDraw(
        _ p: LogisticParameters<Scalar>, _ stream: NoiseStream, into x: Matrix<Scalar>
    ) {
        let uniforms = stream.uniforms(x.count)
        let scales = Matrix<Scalar>(rows: 1, columns: x.count)
        // By the kernels, whose bits do not depend on the CPU.
        Scalar.activate(.softplus, p.rawScale, into: scales)
        for i in 0..<x.count {
            let noise = ExactMath.log(uniforms[i]) - ExactMath.log(1 - uniforms[i])
            let scale = max(Double(p.floor) + Double(scales[i]), 1e-20)
            let level = ((Double(p.location[i]) + scale * noise) * 256).rounded(.down)
            x[i] = Scalar(max(0, min(255, level)) / 255)
        }
    }
}
