import Kernels

/// (V x + c) ⊙ sigmoid(G x + d)
package struct GatedDenseLayer<Scalar: KernelScalar>: Layer {
    package let value: Dense<Scalar>
    package let gate: Dense<Scalar>

    package var outputs: Int { value.outputs }
    package var parts: [any PackedPart] { [value, gate] }

    package func makeWorkspace(rows: Int) -> LayerWorkspace<Scalar> {
        let make = { Matrix<Scalar>(rows: rows, columns: outputs) }
        return LayerWorkspace(output: make(), spares: [make()])
    }

    package func apply(_ x: Matrix<Scalar>, _ workspace: LayerWorkspace<Scalar>) -> Matrix<Scalar> {
        let (y, gates) = (workspace.output.prefix(x.rows), workspace.spares[0].prefix(x.rows))
        value.apply(x, .identity, into: y)
        gate.apply(x, .identity, into: gates)
        Scalar.gate(y, gates, into: y)
        return y
    }
}
