import Kernels

extension Evaluator {
    /// Writes z ~ N(0, temperature² I), E[x given z] and draws of x.
    ///
    /// - Parameter positions: of the rows in the endless sequence that the seed stands for; row i depends on its position,
    ///   never on how many rows are asked for.
    package func sample(
        seed: UInt64, positions: [UInt64], temperature: Float, latents: Matrix<Scalar>, means: Matrix<Scalar>,
        draws: Matrix<Scalar>
    ) {
        for (row, position) in positions.enumerated() {
            let z = latents.rows(row..<row + 1)
            Scalar.normals(NoiseStream(seed: seed, purpose: .sample, position: position), into: z)
            Scalar.scale(z, by: Scalar(temperature), into: z)
        }
        decode(latents, into: means, draws: Draws(seed: seed, positions: positions, into: draws))
    }
}
