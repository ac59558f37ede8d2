import Kernels

/// A layer with its weights, as it answers: dropout lets all pass, batch normalisation uses its running statistics.
package protocol Layer<Scalar>: Sendable {
    associatedtype Scalar: KernelScalar

    /// Numbers that it gives for a row.
    var outputs: Int { get }
    /// What of it follows the parameters.
    var parts: [any PackedPart] { get }
    /// What follows them in answers only.
    var folds: [FoldedLayer<Scalar>] { get }

    func makeWorkspace(rows: Int) -> LayerWorkspace<Scalar>

    /// `[rows, inputs]` to `[rows, outputs]`, in the workspace; or x itself, where nothing is to be done.
    func apply(_ x: Matrix<Scalar>, _ workspace: LayerWorkspace<Scalar>) -> Matrix<Scalar>
}

extension Layer {
    package var parts: [any PackedPart] { [] }
    package var folds: [FoldedLayer<Scalar>] { [] }

    package func makeWorkspace(rows: Int) -> LayerWorkspace<Scalar> {
        LayerWorkspace(output: Matrix(rows: rows, columns: outputs))
    }
}

/// Room for what a layer gives and for what it needs on the way.
package struct LayerWorkspace<Scalar: KernelScalar> {
    let output: Matrix<Scalar>
    /// The layer's own, in an order that it knows.
    var spares: [Matrix<Scalar>] = []
    var chains: [ChainWorkspace<Scalar>] = []

    init(output: Matrix<Scalar>, spares: [Matrix<Scalar>] = [], chains: [ChainWorkspace<Scalar>] = []) {
        (self.output, self.spares, self.chains) = (output, spares, chains)
    }
}
