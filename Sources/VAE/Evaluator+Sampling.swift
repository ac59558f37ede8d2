import Kernels

/// Which rows to generate: row i depends on the seed and on `offset + i`, never on how many are asked for.
package struct SampleRequest: Equatable, Sendable {
    package let seed: UInt64
    package let offset: UInt64
    package let count: Int
    /// Factor on the prior's standard deviation; 0 decodes the prior's mean.
    package let temperature: Float

    package init(seed: UInt64, offset: UInt64 = 0, count: Int, temperature: Float = 1) {
        (self.seed, self.offset, self.count, self.temperature) = (seed, offset, count, temperature)
    }
}

extension Evaluator {
    /// Writes z ~ N(0, temperature² I) and E[x given z] for each row asked for.
    package func sample(_ request: SampleRequest, latents: Matrix<Scalar>, means: Matrix<Scalar>) {
        for row in 0..<request.count {
            let z = latents.rows(row..<row + 1)
            let position = request.offset &+ UInt64(row)
            Scalar.normals(NoiseStream(seed: request.seed, purpose: .sample, position: position), into: z)
            Scalar.scale(z, by: Scalar(request.temperature), into: z)
        }
        decode(latents, into: means)
    }

    /// Draws x from p(x given z) around the means of rows `offset …`, in place.
    package func draw(seed: UInt64, offset: UInt64, _ means: Matrix<Scalar>) {
        for row in 0..<means.rows {
            let stream = NoiseStream(seed: seed, purpose: .observation, position: offset &+ UInt64(row))
            model.likelihood.draw(means.rows(row..<row + 1), stream)
        }
    }
}
