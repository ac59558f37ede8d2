// Loops over pairs and latents live here, where they are compiled for the number type.

extension KernelScalar {
    /// The doubly reparameterised gradient by z of the importance-weighted bound, from that of the weighted reconstruction and
    /// prior terms: dz ← w̃ (dz + w (z [for N(0, I)] − ε/σ)), as the term −log q pulls at fixed μ and σ.
    ///
    /// - Parameters:
    ///   - isStandard: whether the prior is N(0, I), whose part dz does not have yet.
    ///   - shares: w̃ of each row, `weights` w.
    /// Source: Tucker, Lawson, Gu and Maddison 2018 (arXiv:1810.04152).
    @_specialize(where Self == Float)
    @_specialize(where Self == Double)
    package static func weighPaths(
        _ z: Matrix<Self>, noise: Matrix<Self>, sigma: Matrix<Self>, isStandard: Bool, shares: Matrix<Self>,
        weights: Matrix<Self>, into dz: Matrix<Self>
    ) {
        for row in 0..<z.rows {
            let (share, weight) = (shares[row], weights[row])
            for i in row * z.columns..<(row + 1) * z.columns {
                let pull = (isStandard ? z[i] : 0) - noise[i] / sigma[i]
                dz[i] = share * (dz[i] + weight * pull)
            }
        }
    }

    /// The mean over the rows of KL(N(μ, σ²) ‖ N(0, 1)) of each latent, in nats.
    @_specialize(where Self == Float)
    @_specialize(where Self == Double)
    package static func meanDivergences(_ q: DiagonalGaussian<Self>) -> [Double] {
        (0..<q.mean.columns).map { latent in
            (0..<q.mean.rows).reduce(0) { sum, row in
                let i = row * q.mean.columns + latent
                return sum
                    + klDivergence(
                        q.mean.slice(from: i, rows: 1, columns: 1), q.logVariance.slice(from: i, rows: 1, columns: 1))
            } / Double(q.mean.rows)
        }
    }

    /// Copies some columns of all rows.
    @_specialize(where Self == Float)
    @_specialize(where Self == Double)
    package static func copyColumns(_ columns: [Int], from a: Matrix<Self>, to b: Matrix<Self>) {
        for row in 0..<a.rows { for column in columns { b[row, column] = a[row, column] } }
    }

    /// Sets numbers to 0, each with the same probability.
    @_specialize(where Self == Float)
    @_specialize(where Self == Double)
    package static func hide(_ x: Matrix<Self>, share: Double, _ stream: NoiseStream) {
        for (i, uniform) in stream.uniforms(x.count).enumerated() where uniform < share { x[i] = 0 }
    }
}
