import RealModule

/// log p of each cell and its gradients, as the formulas that `KernelScalar` states.
extension Naive {
    /// Calls with each row and column.
    private static func forEachCell(_ x: ColumnBlock<Scalar>, _ body: (Int, Int) -> Void) {
        for i in 0..<x.rows { for j in 0..<x.columns { body(i, j) } }
    }

    private static func sigma(_ raw: Scalar, floor: Scalar) -> Scalar {
        max(floor + softplus(raw), Scalar(1e-20))
    }

    package static func scales(
        _ raw: ColumnBlock<Scalar>, floor: Matrix<Scalar>, into inverse: ColumnBlock<Scalar>,
        _ logarithm: ColumnBlock<Scalar>
    ) {
        forEachCell(raw) { i, j in
            let sigma = sigma(raw[i, j], floor: floor[j])
            (inverse[i, j], logarithm[i, j]) = (1 / sigma, .log(sigma))
        }
    }

    package static func scalesBackward(
        _ raw: ColumnBlock<Scalar>, floor: Matrix<Scalar>, _ dLogSigma: ColumnBlock<Scalar>,
        into dRaw: ColumnBlock<Scalar>
    ) {
        forEachCell(raw) { i, j in
            dRaw[i, j] = dLogSigma[i, j] * sigmoid(raw[i, j]) / sigma(raw[i, j], floor: floor[j])
        }
    }

    /// (x − m)/σ, held where squares are finite.
    private static func residual(_ x: Scalar, _ p: LocationScale<Scalar>, _ i: Int, _ j: Int) -> Scalar {
        let limit = Scalar(1e16)
        return max(-limit, min(limit, (x - p.mean[i, j]) * p.inverse[i, j]))
    }

    package static func gaussianTerms(
        _ x: ColumnBlock<Scalar>, _ p: LocationScale<Scalar>, into terms: ColumnBlock<Scalar>
    ) {
        forEachCell(x) { i, j in
            let r = residual(x[i, j], p, i, j)
            let term = -Scalar(ExactMath.halfLogTwoPi) - p.logarithm[i, j] - r * r / 2
            terms[i, j] = x[i, j].isNaN ? 0 : term
        }
    }

    package static func gaussianTermsBackward(
        _ x: ColumnBlock<Scalar>, _ p: LocationScale<Scalar>, weight: Scalar, into dMean: ColumnBlock<Scalar>,
        _ dLogSigma: ColumnBlock<Scalar>
    ) {
        forEachCell(x) { i, j in
            let r = residual(x[i, j], p, i, j)
            let missing = x[i, j].isNaN
            dMean[i, j] = missing ? 0 : -weight * r * p.inverse[i, j]
            dLogSigma[i, j] = missing ? 0 : weight * (1 - r * r)
        }
    }

    package static func studentTerms(
        _ x: ColumnBlock<Scalar>, _ p: LocationScale<Scalar>, _ shape: StudentShape<Scalar>,
        into terms: ColumnBlock<Scalar>
    ) {
        forEachCell(x) { i, j in
            let (r, nu) = (residual(x[i, j], p, i, j), shape.degrees[j])
            let term = shape.constant[j] - p.logarithm[i, j] - (nu + 1) / 2 * .log(onePlus: r * r / nu)
            terms[i, j] = x[i, j].isNaN ? 0 : term
        }
    }

    package static func studentTermsBackward(
        _ x: ColumnBlock<Scalar>, _ p: LocationScale<Scalar>, _ shape: StudentShape<Scalar>, weight: Scalar,
        into dMean: ColumnBlock<Scalar>, _ dLogSigma: ColumnBlock<Scalar>
    ) {
        forEachCell(x) { i, j in
            let (r, nu, missing) = (residual(x[i, j], p, i, j), shape.degrees[j], x[i, j].isNaN)
            dMean[i, j] = missing ? 0 : -weight * (nu + 1) * r / (nu + r * r) * p.inverse[i, j]
            // 1 − (ν + 1) r²/(ν + r²), without the cancellation.
            dLogSigma[i, j] = missing ? 0 : weight * nu * (1 - r * r) / (nu + r * r)
        }
    }

    package static func bernoulliTerms(
        _ x: ColumnBlock<Scalar>, logits: ColumnBlock<Scalar>, _ constants: LevelConstants<Scalar>,
        into terms: ColumnBlock<Scalar>
    ) {
        forEachCell(x) { i, j in
            let (value, logit) = (x[i, j], logits[i, j])
            let term = value * logit - max(logit, 0) - .log(onePlus: .exp(-abs(logit))) + constants.known
            terms[i, j] = value.isNaN ? 0 : value == 0 || value == 1 ? term : constants.unknown
        }
    }

    package static func bernoulliTermsBackward(
        _ x: ColumnBlock<Scalar>, logits: ColumnBlock<Scalar>, weight: Scalar, into dLogits: ColumnBlock<Scalar>
    ) {
        forEachCell(x) { i, j in
            let (value, logit) = (x[i, j], logits[i, j])
            let slope = weight * ((1 - value) * sigmoid(logit) - value * sigmoid(-logit))
            dLogits[i, j] = value == 0 || value == 1 ? slope : 0
        }
    }

    package static func addColumnSums(_ a: ColumnBlock<Scalar>, to sums: Matrix<Scalar>) {
        forEachCell(a) { i, j in sums[j] += a[i, j] }
    }

    package static func accumulate(_ terms: ColumnBlock<Scalar>, into sums: ColumnBlock<Double>) {
        forEachCell(terms) { i, j in sums[i, j] += Double(terms[i, j]) }
    }
}
