import Kernels

/// f(γ (x − mean) / √(variance + ε) + β) of each channel, by the running moments.
package struct BatchNormLayer<Scalar: KernelScalar>: Layer {
    /// Before `.weight` and so on.
    package let name: String
    package let outputs: Int
    package let affine: Affine<Scalar>
    /// Views into the parameters.
    package let running: Moments<Scalar>
    package let activation: Activation

    init(
        _ name: String, outputs: Int, activation: Activation, in parameters: Parameters<Scalar>
    ) {
        (self.name, self.outputs, self.activation) = (name, outputs, activation)
        affine = Affine(gamma: parameters["\(name).weight"], beta: parameters["\(name).bias"])
        running = Moments(mean: parameters["\(name).running_mean"], variance: parameters["\(name).running_var"])
    }

    package var channels: Int { affine.gamma.count }

    package func apply(_ x: Matrix<Scalar>, _ workspace: LayerWorkspace<Scalar>) -> Matrix<Scalar> {
        let y = workspace.output.prefix(x.rows)
        let normalisation = ColumnNormalisation(running, affine)
        Scalar.normalise(x.reshaped(columns: channels), normalisation, into: y.reshaped(columns: channels))
        if activation != .identity { Scalar.activate(activation, y, into: y) }
        return y
    }
}
