/// Pairs of a row and a sample, counted row by row and within a row sample by sample.
package struct SamplePairs: Sendable {
    /// The first pair of a block.
    package let first: Int
    /// Pairs in the block.
    package let count: Int
    /// Samples of a row, at least one.
    package let samples: Int

    package init(first: Int, count: Int, samples: Int) {
        (self.first, self.count, self.samples) = (first, count, samples)
    }

    package func pair(_ i: Int) -> (row: Int, sample: Int) {
        let (row, sample) = (first + i).quotientAndRemainder(dividingBy: samples)
        return (row, sample)
    }
}

// Loops over pairs and rows live here, where they are compiled for the number type: from outside each step would be generic.

extension KernelScalar {
    /// z of each pair: μ + σ ε of its row and sample, or μ where there is no noise.
    ///
    /// - Parameters:
    ///   - noise: `[samples, n]`, or without rows.
    ///   - z: `[pairs.count, n]`
    @_specialize(where Self == Float)
    @_specialize(where Self == Double)
    package static func draw(
        _ pairs: SamplePairs, mean: Matrix<Self>, sigma: Matrix<Self>, noise: Matrix<Self>, into z: Matrix<Self>
    ) {
        for i in 0..<pairs.count {
            let (row, sample) = pairs.pair(i)
            let target = z.rows(i..<i + 1)
            if noise.rows == 0 {
                target.assign(mean.rows(row..<row + 1))
            } else {
                reparameterise(
                    mean.rows(row..<row + 1), sigma.rows(row..<row + 1), noise.rows(sample..<sample + 1), into: target)
            }
        }
    }

    /// z of each pair where each has a Gaussian of its own: μ + σ ε of its sample, or μ where there is no noise.
    ///
    /// - Parameters:
    ///   - mean: `[pairs.count, n]`, as are `sigma` and `z`.
    ///   - noise: `[samples, n]`, or without rows.
    @_specialize(where Self == Float)
    @_specialize(where Self == Double)
    package static func drawEach(
        _ pairs: SamplePairs, mean: Matrix<Self>, sigma: Matrix<Self>, noise: Matrix<Self>, into z: Matrix<Self>
    ) {
        if noise.rows == 0 { return z.assign(mean) }
        for i in 0..<pairs.count {
            let (range, sample) = (i..<i + 1, pairs.pair(i).sample)
            reparameterise(mean.rows(range), sigma.rows(range), noise.rows(sample..<sample + 1), into: z.rows(range))
        }
    }

    /// The row of each pair.
    @_specialize(where Self == Float)
    @_specialize(where Self == Double)
    package static func repeatRows(_ pairs: SamplePairs, of x: Matrix<Self>, into y: Matrix<Self>) {
        precondition(x.columns == y.columns && y.rows == pairs.count)
        for i in 0..<pairs.count { y.rows(i..<i + 1).assign(x.rows(pairs.pair(i).row..<pairs.pair(i).row + 1)) }
    }

    /// KL(N(μ, σ²) ‖ N(0, I)) of each row, in nats.
    @_specialize(where Self == Float)
    @_specialize(where Self == Double)
    package static func klDivergences(_ mean: Matrix<Self>, _ logVariance: Matrix<Self>) -> [Double] {
        (0..<mean.rows).map { klDivergence(mean.rows($0..<$0 + 1), logVariance.rows($0..<$0 + 1)) }
    }
}
