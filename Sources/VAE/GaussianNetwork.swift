import Kernels

/// Layers and two heads that give N(μ, diag σ²) for each row.
package struct GaussianNetwork<Scalar: KernelScalar>: Sendable {
    package let inputs: Int
    package let chain: Chain<Scalar>
    package let mean: Dense<Scalar>
    /// nil for a deterministic code: σ = 0.
    package let logVariance: Dense<Scalar>?

    init(
        _ layers: [LayerSpecification], inputs: Int, prefix: String, in parameters: Parameters<Scalar>,
        isDeterministic: Bool = false
    ) {
        self.inputs = inputs
        chain = Chain(ChainPlan(valid: layers, input: .vector(inputs)), prefix: prefix, in: parameters)
        mean = Dense("\(prefix).mean", in: parameters)
        logVariance = isDeterministic ? nil : Dense("\(prefix).log_variance", in: parameters)
    }

    package var outputs: Int { mean.outputs }

    package var parts: [any PackedPart] { chain.parts + [mean] + (logVariance.map { [$0] } ?? []) }

    /// μ and log σ² of some rows: `[rows, inputs]` to `[rows, outputs]` each. A deterministic code leaves log σ² as it is.
    @_specialize(where Scalar == Float)
    func apply(_ x: Matrix<Scalar>, _ workspace: ChainWorkspace<Scalar>, into gaussian: DiagonalGaussian<Scalar>) {
        let hidden = chain.apply(x, workspace)
        mean.apply(hidden, .identity, into: gaussian.mean)
        logVariance?.apply(hidden, .identity, into: gaussian.logVariance)
    }
}
