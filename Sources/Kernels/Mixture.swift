/// A mixture of diagonal Gaussians in the order in which the kernels read it; the components lie side by side.
package struct Mixture<Scalar: KernelScalar>: Sendable {
    /// `[latents, components]`
    package let mean: Matrix<Scalar>
    /// 1/σ², `[latents, components]`
    package let precision: Matrix<Scalar>
    /// log π − ½ Σ log σ² − ½ latents · log 2π of each component, `[1, components]`.
    package let constant: Matrix<Scalar>

    package var latents: Int { mean.rows }
    package var components: Int { mean.columns }

    /// Room for a mixture; `set` fills it.
    package init(latents: Int, components: Int) {
        mean = Matrix(rows: latents, columns: components)
        precision = Matrix(rows: latents, columns: components)
        constant = Matrix(rows: 1, columns: components)
    }

    /// Takes over components as a network gives them.
    ///
    /// - Parameters:
    ///   - mean: `[components, latents]`
    ///   - logVariance: `[components, latents]`
    ///   - logWeight: log π of each component.
    package func set(mean: Matrix<Scalar>, logVariance: Matrix<Scalar>, logWeight: [Double]) {
        precondition(mean.rows == components && mean.columns == latents && logVariance.count == mean.count)
        precondition(logWeight.count == components)
        Scalar.transpose(mean, into: self.mean)
        Scalar.transpose(logVariance, into: precision)
        Scalar.scale(precision, by: -1, into: precision)
        Scalar.exponential(precision, into: precision)
        let base = Double(latents) * ExactMath.halfLogTwoPi
        for c in 0..<components {
            let half = logVariance.rows(c..<c + 1).values.reduce(0.0) { $0 + Double($1) } / 2
            constant[c] = Scalar(logWeight[c] - half - base)
        }
    }
}

/// The gradient by a mixture's means and log variances `[latents, components]` and log weights `[1, components]`.
package struct MixtureGradient<Scalar: KernelScalar>: Sendable {
    package let mean: Matrix<Scalar>
    package let logVariance: Matrix<Scalar>
    package let logWeight: Matrix<Scalar>

    package init(_ mixture: Mixture<Scalar>) {
        mean = Matrix(rows: mixture.latents, columns: mixture.components)
        logVariance = Matrix(rows: mixture.latents, columns: mixture.components)
        logWeight = Matrix(rows: 1, columns: mixture.components)
    }

    package func clear() {
        for part in [mean, logVariance, logWeight] { part.fill(0) }
    }

    package func add(_ other: MixtureGradient) {
        Scalar.add(other.mean, to: mean)
        Scalar.add(other.logVariance, to: logVariance)
        Scalar.add(other.logWeight, to: logWeight)
    }
}
