import Kernels

/// f(x), number by number.
package struct ActivationLayer<Scalar: KernelScalar>: Layer {
    package let activation: Activation
    package let outputs: Int

    package func apply(_ x: Matrix<Scalar>, _ workspace: LayerWorkspace<Scalar>) -> Matrix<Scalar> {
        let y = workspace.output.prefix(x.rows)
        Scalar.activate(activation, x, into: y)
        return y
    }
}
