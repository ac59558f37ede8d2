import Kernels

/// f(x + layers(x))
package struct ResidualLayer<Scalar: KernelScalar>: Layer {
    package let chain: Chain<Scalar>
    package let activation: Activation

    package var outputs: Int { chain.outputs }
    package var parts: [any PackedPart] { chain.parts }
    package var folds: [FoldedLayer<Scalar>] { chain.folds }

    package func makeWorkspace(rows: Int) -> LayerWorkspace<Scalar> {
        LayerWorkspace(
            output: Matrix(rows: rows, columns: outputs), chains: [chain.makeWorkspace(rows: rows)])
    }

    package func apply(_ x: Matrix<Scalar>, _ workspace: LayerWorkspace<Scalar>) -> Matrix<Scalar> {
        let y = workspace.output.prefix(x.rows)
        y.assign(chain.apply(x, workspace.chains[0]))
        Scalar.add(x, to: y)
        if activation != .identity { Scalar.activate(activation, y, into: y) }
        return y
    }
}
