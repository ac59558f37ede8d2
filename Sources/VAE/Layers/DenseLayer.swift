import Kernels

/// f(W x + b)
package struct DenseLayer<Scalar: KernelScalar>: Layer {
    package let dense: Dense<Scalar>
    package let activation: Activation

    package var outputs: Int { dense.outputs }
    package var parts: [any PackedPart] { [dense] }

    @_specialize(where Scalar == Float)
    package func apply(_ x: Matrix<Scalar>, _ workspace: LayerWorkspace<Scalar>) -> Matrix<Scalar> {
        let y = workspace.output.prefix(x.rows)
        dense.apply(x, activation, into: y)
        return y
    }
}
