import Kernels

/// x as it is.
package struct IdentityLayer<Scalar: KernelScalar>: Layer {
    package let outputs: Int

    package func makeWorkspace(rows: Int) -> LayerWorkspace<Scalar> {
        LayerWorkspace(output: Matrix(rows: 0, columns: 0))
    }

    package func apply(_ x: Matrix<Scalar>, _ workspace: LayerWorkspace<Scalar>) -> Matrix<Scalar> { x }
}
