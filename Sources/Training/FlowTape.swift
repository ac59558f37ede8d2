import Kernels
import VAE

/// A flow prior in the passes of one shard; the gradients of its networks are written, not added.
final class FlowTape<Scalar: KernelScalar> {
    /// One coupling: what it saw, what it made of the rest, and by which Gaussian.
    private struct Coupling {
        let network: GaussianTape<Scalar>
        let seen: Matrix<Scalar>
        let moved: Matrix<Scalar>
        let logVariance: Matrix<Scalar>
    }

    private let couplings: [Coupling]
    let densities: Matrix<Double>
    private let codes: Matrix<Scalar>
    private let turned: Matrix<Scalar>
    private let gradient: Matrix<Scalar>
    private let seenGradient: Matrix<Scalar>
    private let seenPart: Matrix<Scalar>
    private let movedGradient: Matrix<Scalar>
    private let gaussianGradient: DiagonalGaussian<Scalar>

    init(_ flow: FlowPrior<Scalar>, latents: Int, _ context: TapeContext<Scalar>) {
        let halves = FlowPrior<Scalar>.halves(latents)
        let (rows, make) = (context.rows, { context.makeBuffer($0) })
        couplings = flow.couplings.map { network in
            Coupling(
                network: GaussianTape(network, context), seen: make(halves.seen),
                moved: make(halves.moved), logVariance: make(halves.moved))
        }
        densities = Matrix(rows: rows, columns: 1)
        (codes, turned, gradient) = (make(latents), make(latents), make(latents))
        (seenGradient, seenPart, movedGradient) = (make(halves.seen), make(halves.seen), make(halves.moved))
        gaussianGradient = DiagonalGaussian(rows: rows, columns: halves.moved)
    }
}

extension FlowTape: PriorDensityTape {
    func forward(_ z: Matrix<Scalar>) {
        let (u, turned) = (codes.prefix(z.rows), turned.prefix(z.rows))
        u.assign(z)
        densities.fill(-Double(z.columns) * ExactMath.halfLogTwoPi)
        for coupling in couplings {
            let (a, b) = (coupling.seen.prefix(z.rows), coupling.moved.prefix(z.rows))
            Scalar.rotate(u, left: FlowPrior<Scalar>.turn(z.columns), into: turned)
            Scalar.split(turned, into: a, b)
            let raw = coupling.network.forward(a)
            let gaussian = DiagonalGaussian(mean: raw.mean, logVariance: coupling.logVariance.prefix(z.rows))
            Scalar.bound(raw.logVariance, limit: FlowPrior<Scalar>.logVarianceLimit, into: gaussian.logVariance)
            for row in 0..<z.rows {
                let range = row..<row + 1
                densities[row] -= Scalar.couple(b.rows(range), gaussian.rows(range), into: b.rows(range)) / 2
            }
            Scalar.join(a, b, into: u)
        }
        for row in 0..<z.rows { densities[row] -= Scalar.sumOfSquares(u.rows(row..<row + 1)) / 2 }
    }

    func backward(_ z: Matrix<Scalar>, weights: [Scalar], into dz: Matrix<Scalar>) {
        let rows = z.rows
        let (du, turned) = (gradient.prefix(rows), turned.prefix(rows))
        let (da, part, db) = (seenGradient.prefix(rows), seenPart.prefix(rows), movedGradient.prefix(rows))
        Scalar.scaleRows(codes.prefix(rows), by: Matrix(weights), into: du)
        for coupling in couplings.reversed() {
            Scalar.split(du, into: da, db)
            backward(coupling, db, weights: weights)
            coupling.network.backward(coupling.seen.prefix(rows), gaussianGradient.prefix(rows), into: part)
            Scalar.add(part, to: da)
            Scalar.join(da, db, into: turned)
            Scalar.rotate(turned, left: z.columns - FlowPrior<Scalar>.turn(z.columns), into: du)
        }
        Scalar.add(du, to: dz)
    }

    /// From the derivative by what the coupling made, in place, to that by what it moved, and that by its Gaussian.
    private func backward(_ coupling: Coupling, _ db: Matrix<Scalar>, weights: [Scalar]) {
        let (moved, logVariance) = (coupling.moved.prefix(db.rows), coupling.logVariance.prefix(db.rows))
        let gradient = gaussianGradient.prefix(db.rows)
        for row in 0..<db.rows {
            let range = row..<row + 1
            Scalar.coupleBackward(
                moved.rows(range), logVariance: logVariance.rows(range), db.rows(range), weight: weights[row],
                into: db.rows(range), gradient.rows(range))
        }
        Scalar.boundBackward(logVariance, limit: FlowPrior<Scalar>.logVarianceLimit, gradient.logVariance)
    }
}
