import Kernels

/// What the forward pass leaves around z, and the derivatives there: `[rows, latentDimension]` each.
struct LatentTape<Scalar: KernelScalar> {
    let mean: Matrix<Scalar>
    let logVariance: Matrix<Scalar>
    let sigma: Matrix<Scalar>
    let z: Matrix<Scalar>
    let zGradient: Matrix<Scalar>
    let meanGradient: Matrix<Scalar>
    let logVarianceGradient: Matrix<Scalar>

    init(rows: Int, columns: Int) {
        let make = { Matrix<Scalar>(rows: rows, columns: columns) }
        (mean, logVariance, sigma, z) = (make(), make(), make(), make())
        (zGradient, meanGradient, logVarianceGradient) = (make(), make(), make())
    }

    private init(_ tape: LatentTape, rows: Int) {
        mean = tape.mean.prefix(rows)
        logVariance = tape.logVariance.prefix(rows)
        sigma = tape.sigma.prefix(rows)
        z = tape.z.prefix(rows)
        zGradient = tape.zGradient.prefix(rows)
        meanGradient = tape.meanGradient.prefix(rows)
        logVarianceGradient = tape.logVarianceGradient.prefix(rows)
    }

    func prefix(_ rows: Int) -> LatentTape { LatentTape(self, rows: rows) }
}
