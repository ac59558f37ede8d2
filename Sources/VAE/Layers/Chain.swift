import Kernels

/// Layers applied in turn.
package struct Chain<Scalar: KernelScalar>: Sendable {
    /// As training uses them.
    package let layers: [any Layer<Scalar>]
    /// As answers use them: batch normalisations are folded into the layers before them.
    private let answering: [any Layer<Scalar>]
    /// Numbers that it gives for a row.
    package let outputs: Int
    /// Numbers that all its layers give for a row.
    let numbers: Int

    init(_ plan: ChainPlan, prefix: String, in parameters: Parameters<Scalar>) {
        layers = plan.steps.map { step in
            step.definition.layer(name: ChainPlan.name(prefix, step), input: step.input, in: parameters)
        }
        answering = FoldedLayer.fold(layers)
        (outputs, numbers) = (plan.output.count, plan.numbers)
    }

    package var parts: [any PackedPart] { layers.flatMap { $0.parts } }
    package var folds: [FoldedLayer<Scalar>] { answering.flatMap { $0.folds } }

    func makeWorkspace(rows: Int) -> ChainWorkspace<Scalar> {
        ChainWorkspace(layers: answering.map { $0.makeWorkspace(rows: rows) })
    }

    /// The last layer's output, in the workspace, or x itself if there is no layer.
    @_specialize(where Scalar == Float)
    func apply(_ x: Matrix<Scalar>, _ workspace: ChainWorkspace<Scalar>) -> Matrix<Scalar> {
        var y = x
        for i in answering.indices { y = answering[i].apply(y, workspace.layers[i]) }
        return y
    }
}

/// Room for the outputs of a chain's layers.
struct ChainWorkspace<Scalar: KernelScalar> {
    let layers: [LayerWorkspace<Scalar>]
}
