import Kernels

/// f(w ∗ x + b), in either direction.
package struct ConvolutionLayer<Scalar: KernelScalar>: Layer {
    package let filter: Filter<Scalar>
    package let activation: Activation
    let specification: ConvolutionSpecification
    let image: ImageShape

    package var outputs: Int { filter.outputShape.count }
    package var parts: [any PackedPart] { [filter] }

    package func makeWorkspace(rows: Int) -> LayerWorkspace<Scalar> {
        LayerWorkspace(output: Matrix(rows: rows, columns: outputs), spares: [filter.makeColumns()])
    }

    @_specialize(where Scalar == Float)
    package func apply(_ x: Matrix<Scalar>, _ workspace: LayerWorkspace<Scalar>) -> Matrix<Scalar> {
        let y = workspace.output.prefix(x.rows)
        filter.apply(x, activation, into: y, columns: workspace.spares[0])
        return y
    }
}
