import Kernels

/// v ⊙ sigmoid(g) of two convolutions.
package struct GatedConvolutionLayer<Scalar: KernelScalar>: Layer {
    package let value: Filter<Scalar>
    package let gate: Filter<Scalar>

    package var outputs: Int { value.outputShape.count }
    package var parts: [any PackedPart] { [value, gate] }

    package func makeWorkspace(rows: Int) -> LayerWorkspace<Scalar> {
        let make = { Matrix<Scalar>(rows: rows, columns: outputs) }
        return LayerWorkspace(output: make(), spares: [value.makeColumns(), make()])
    }

    package func apply(_ x: Matrix<Scalar>, _ workspace: LayerWorkspace<Scalar>) -> Matrix<Scalar> {
        let (y, gates) = (workspace.output.prefix(x.rows), workspace.spares[1].prefix(x.rows))
        value.apply(x, .identity, into: y, columns: workspace.spares[0])
        gate.apply(x, .identity, into: gates, columns: workspace.spares[0])
        Scalar.gate(y, gates, into: y)
        return y
    }
}
