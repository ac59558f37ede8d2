import Kernels

/// Computes a flow prior's densities and draws in buffers of its own.
struct FlowPass<Scalar: KernelScalar> {
    private let flow: FlowPrior<Scalar>
    private let workspaces: [ChainWorkspace<Scalar>]
    private let turned: Matrix<Scalar>
    private let codes: Matrix<Scalar>
    private let seen: Matrix<Scalar>
    private let moved: Matrix<Scalar>
    private let gaussian: DiagonalGaussian<Scalar>

    /// - Parameter rows: the most that are given at once.
    init(_ flow: FlowPrior<Scalar>, rows: Int, latents: Int) {
        let halves = FlowPrior<Scalar>.halves(latents)
        self.flow = flow
        workspaces = flow.couplings.map { $0.chain.makeWorkspace(rows: rows) }
        turned = Matrix(rows: rows, columns: latents)
        codes = Matrix(rows: rows, columns: latents)
        seen = Matrix(rows: rows, columns: halves.seen)
        moved = Matrix(rows: rows, columns: halves.moved)
        gaussian = DiagonalGaussian(rows: rows, columns: halves.moved)
    }

    /// log p(z) of each row, in nats, into `[rows, 1]`.
    func logDensities(_ z: Matrix<Scalar>, into densities: Matrix<Double>) {
        let (u, a, b) = (codes.prefix(z.rows), seen.prefix(z.rows), moved.prefix(z.rows))
        u.assign(z)
        densities.fill(-Double(z.columns) * ExactMath.halfLogTwoPi)
        for i in flow.couplings.indices {
            let gaussian = condition(i, u, a, b)
            for row in 0..<z.rows {
                let range = row..<row + 1
                densities[row] -= Scalar.couple(b.rows(range), gaussian.rows(range), into: b.rows(range)) / 2
            }
            Scalar.join(a, b, into: u)
        }
        for row in 0..<z.rows { densities[row] -= Scalar.sumOfSquares(u.rows(row..<row + 1)) / 2 }
    }

    /// u = f(z) of the rows whose densities were taken last.
    func standardised(rows: Int) -> Matrix<Scalar> { codes.prefix(rows) }

    /// Turns u and splits it; the Gaussian of the moved half given the seen one.
    private func condition(
        _ i: Int, _ u: Matrix<Scalar>, _ a: Matrix<Scalar>, _ b: Matrix<Scalar>
    ) -> DiagonalGaussian<Scalar> {
        let turned = turned.prefix(u.rows)
        Scalar.rotate(u, left: FlowPrior<Scalar>.turn(u.columns), into: turned)
        Scalar.split(turned, into: a, b)
        return gaussian(i, of: a)
    }

    private func gaussian(_ i: Int, of a: Matrix<Scalar>) -> DiagonalGaussian<Scalar> {
        let result = gaussian.prefix(a.rows)
        flow.couplings[i].apply(a, workspaces[i], into: result)
        Scalar.bound(result.logVariance, limit: FlowPrior<Scalar>.logVarianceLimit, into: result.logVariance)
        return result
    }

    /// From N(0, I) to p(z), in place: the couplings undone, last first.
    func transformToPrior(_ u: Matrix<Scalar>) {
        let (a, b, turned) = (seen.prefix(u.rows), moved.prefix(u.rows), turned.prefix(u.rows))
        for i in flow.couplings.indices.reversed() {
            Scalar.split(u, into: a, b)
            let gaussian = gaussian(i, of: a)
            Scalar.standardDeviation(gaussian.logVariance, into: gaussian.logVariance)
            Scalar.reparameterise(
                gaussian.mean, gaussian.logVariance, Matrix(b.values, rows: b.rows, columns: b.columns), into: b)
            Scalar.join(a, b, into: turned)
            Scalar.rotate(turned, left: u.columns - FlowPrior<Scalar>.turn(u.columns), into: u)
        }
    }
}
