import Kernels

/// Latents that a model uses.
package enum ActiveUnits {
    /// How many latents have a posterior mean that varies by more than 0.01 (variance) over the rows.
    ///
    /// - Parameter means: `[rows, latents]`
    ///
    /// Source: Burda, Grosse and Salakhutdinov 2015, section 5.2 (arXiv:1509.00519).
    package static func count(_ means: Matrix<Float>) -> Int {
        variances(means).count { $0 > 0.01 }
    }

    /// The variance of each latent's posterior mean over the rows.
    package static func variances(_ means: Matrix<Float>) -> [Double] {
        let (rows, columns) = (means.rows, means.columns)
        return means.withSpan { means in
            (0..<columns).map { column in
                let values = (0..<rows).map { Double(means[$0 * columns + column]) }
                let mean = values.reduce(0, +) / Double(rows)
                return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(rows)
            }
        }
    }
}
