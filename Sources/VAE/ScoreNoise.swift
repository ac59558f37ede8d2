import Kernels

/// The noise of a bound: the same vectors for every record, so that a score depends on the model and the record only.
package struct ScoreNoise<Scalar: KernelScalar>: Sendable {
    /// `[samples, latentDimension]`, standard normal; without rows, a bound is taken at z = μ.
    package let vectors: Matrix<Scalar>
    /// Vectors that are mirror images of each other and count as one draw: 2 for mirrored pairs, else 1.
    let groupSize: Int

    /// z = μ, one pass: fast, deterministic, and biased, since it leaves out the spread of the posterior.
    package static func none(latentDimension: Int) -> ScoreNoise {
        ScoreNoise(vectors: Matrix(rows: 0, columns: latentDimension), groupSize: 1)
    }

    /// For an even number of samples, pairs ε, −ε: they cancel the odd terms of the estimate. Else `independent`.
    package static func mirrored(seed: UInt64, samples: Int, latentDimension: Int) -> ScoreNoise {
        guard samples.isMultiple(of: 2) else {
            return independent(seed: seed, samples: samples, latentDimension: latentDimension)
        }
        let vectors = Matrix<Scalar>(rows: samples, columns: latentDimension)
        for pair in 0..<samples / 2 {
            let (plus, minus) = (vectors.rows(2 * pair..<2 * pair + 1), vectors.rows(2 * pair + 1..<2 * pair + 2))
            Scalar.normals(NoiseStream(seed: seed, purpose: .score, index: UInt32(pair)), into: plus)
            Scalar.scale(plus, by: -1, into: minus)
        }
        return ScoreNoise(vectors: vectors, groupSize: 2)
    }

    /// Without mirroring, as importance weighting needs it.
    package static func independent(seed: UInt64, samples: Int, latentDimension: Int) -> ScoreNoise {
        let vectors = Matrix<Scalar>(rows: samples, columns: latentDimension)
        for sample in 0..<samples {
            let stream = NoiseStream(seed: seed, purpose: .score, index: UInt32(sample), draw: 1)
            Scalar.normals(stream, into: vectors.rows(sample..<sample + 1))
        }
        return ScoreNoise(vectors: vectors, groupSize: 1)
    }

    /// For one record of a data set that is evaluated: other vectors for each row.
    package static func independent(seed: UInt64, row: UInt32, samples: Int, latentDimension: Int) -> ScoreNoise {
        let vectors = Matrix<Scalar>(rows: samples, columns: latentDimension)
        Scalar.normals(NoiseStream(seed: seed, purpose: .score, index: row, draw: 2), into: vectors)
        return ScoreNoise(vectors: vectors, groupSize: 1)
    }
}
