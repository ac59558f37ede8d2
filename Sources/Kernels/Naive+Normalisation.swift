/// Normalisation, dropout and what else layers of images need, as the formulas that `KernelScalar` states.
extension Naive {
    package static func scaleRows(_ x: Matrix<Scalar>, by factors: Matrix<Scalar>, into y: Matrix<Scalar>) {
        for i in 0..<x.rows { for j in 0..<x.columns { y[i, j] = factors[i] * x[i, j] } }
    }

    package static func addOuterProducts(_ a: Matrix<Scalar>, _ b: Matrix<Scalar>, to c: Matrix<Scalar>) {
        for k in 0..<a.rows {
            for i in 0..<a.columns { for j in 0..<b.columns { c[i, j].addProduct(a[k, i], b[k, j]) } }
        }
    }

    package static func dropout(_ x: Matrix<Scalar>, rate: Double, _ stream: NoiseStream, into y: Matrix<Scalar>) {
        for i in 0..<x.count {
            let isKept = Scalar(word(stream, i) >> 8) / 16_777_216 >= Scalar(rate)
            y[i] = isKept ? x[i] * (1 / (1 - Scalar(rate))) : 0
        }
    }

    private static func inverse(_ variance: Scalar) -> Scalar {
        1 / (variance + Moments<Scalar>.epsilon).squareRoot()
    }

    /// The indices in x of the numbers of one group of one row.
    private static func members(_ s: ChannelGroups, row: Int, group: Int) -> [Int] {
        let size = s.channels / s.groups
        return (0..<s.places).flatMap { place in
            (0..<size).map { row * s.count + place * s.channels + group * size + $0 }
        }
    }

    /// Mean and biased variance of the numbers at the indices.
    private static func moments(_ x: Matrix<Scalar>, _ indices: [Int]) -> (mean: Scalar, variance: Scalar) {
        let count = Scalar(indices.count)
        let mean = indices.reduce(0) { $0 + x[$1] } / count
        return (mean, indices.reduce(0) { $0 + (x[$1] - mean) * (x[$1] - mean) } / count)
    }

    package static func groupMoments(_ x: Matrix<Scalar>, _ groups: ChannelGroups, into result: Moments<Scalar>) {
        for row in 0..<x.rows {
            for group in 0..<groups.groups {
                let own = moments(x, members(groups, row: row, group: group))
                (result.mean[row, group], result.variance[row, group]) = own
            }
        }
    }

    /// Calls with the index of each number, of its moments and of its γ.
    private static func forEachNumber(
        _ x: Matrix<Scalar>, _ by: GroupNormalisation<Scalar>, _ body: (Int, Int, Int) -> Void
    ) {
        let s = by.groups
        for row in 0..<x.rows {
            for group in 0..<s.groups {
                for i in members(s, row: row, group: group) {
                    body(i, row * s.groups + group, i % by.affine.gamma.count)
                }
            }
        }
    }

    package static func normalise(_ x: Matrix<Scalar>, _ by: GroupNormalisation<Scalar>, into y: Matrix<Scalar>) {
        forEachNumber(x, by) { i, m, a in
            let normal = (x[i] - by.moments.mean[m]) * inverse(by.moments.variance[m])
            y[i] = normal * by.affine.gamma[a] + by.affine.beta[a]
        }
    }

    package static func normaliseBackward(
        _ x: Matrix<Scalar>, _ by: GroupNormalisation<Scalar>, _ dy: Matrix<Scalar>, into dx: Matrix<Scalar>,
        _ gradient: Affine<Scalar>
    ) {
        let normal = Matrix<Scalar>(rows: x.rows, columns: x.columns)
        let dNormal = Matrix<Scalar>(rows: x.rows, columns: x.columns)
        gradient.gamma.fill(0)
        gradient.beta.fill(0)
        forEachNumber(x, by) { i, m, a in
            normal[i] = (x[i] - by.moments.mean[m]) * inverse(by.moments.variance[m])
            dNormal[i] = dy[i] * by.affine.gamma[a]
            gradient.gamma[a] += dy[i] * normal[i]
            gradient.beta[a] += dy[i]
        }
        for row in 0..<x.rows {
            for group in 0..<by.groups.groups {
                let factor = inverse(by.moments.variance[row, group])
                centre(normal, dNormal, members(by.groups, row: row, group: group), factor, into: dx)
            }
        }
    }

    /// dx = factor (dn − mean dn − n · mean (dn n)) over the indices.
    private static func centre(
        _ n: Matrix<Scalar>, _ dn: Matrix<Scalar>, _ indices: [Int], _ factor: Scalar, into dx: Matrix<Scalar>
    ) {
        let count = Scalar(indices.count)
        let mean = indices.reduce(0) { $0 + dn[$1] } / count
        let slope = indices.reduce(0) { $0 + dn[$1] * n[$1] } / count
        for i in indices { dx[i] = factor * (dn[i] - mean - n[i] * slope) }
    }

    private static func column(_ x: Matrix<Scalar>, _ j: Int) -> [Int] { (0..<x.rows).map { $0 * x.columns + j } }

    package static func columnMoments(_ x: Matrix<Scalar>, into result: Moments<Scalar>) {
        for j in 0..<x.columns { (result.mean[j], result.variance[j]) = moments(x, column(x, j)) }
    }

    package static func normalise(_ x: Matrix<Scalar>, _ by: ColumnNormalisation<Scalar>, into y: Matrix<Scalar>) {
        for i in 0..<x.rows {
            for j in 0..<x.columns {
                let normal = (x[i, j] - by.moments.mean[j]) * inverse(by.moments.variance[j])
                y[i, j] = normal * by.affine.gamma[j] + by.affine.beta[j]
            }
        }
    }

    package static func normaliseBackward(
        _ x: Matrix<Scalar>, _ by: ColumnNormalisation<Scalar>, _ dy: Matrix<Scalar>, into dx: Matrix<Scalar>,
        _ gradient: Affine<Scalar>
    ) {
        let normal = Matrix<Scalar>(rows: x.rows, columns: x.columns)
        for j in 0..<x.columns {
            let factor = inverse(by.moments.variance[j])
            for i in 0..<x.rows { normal[i, j] = (x[i, j] - by.moments.mean[j]) * factor }
            gradient.beta[j] = (0..<x.rows).reduce(0) { $0 + dy[$1, j] }
            gradient.gamma[j] = (0..<x.rows).reduce(0) { $0 + dy[$1, j] * normal[$1, j] }
            centre(normal, dy, column(x, j), by.affine.gamma[j] * factor, into: dx)
        }
    }
}
