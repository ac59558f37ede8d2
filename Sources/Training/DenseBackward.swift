import Kernels
import VAE

/// The backward pass of y = W x + b for one shard of a mini-batch.
struct DenseBackward<Scalar: KernelScalar> {
    private let weights: BackwardWeights<Scalar>
    private let weightGradient: Matrix<Scalar>
    private let biasGradient: Matrix<Scalar>
    private let transposed: Matrix<Scalar>
    private let packedInput: PackedMatrix<Scalar>

    /// - Parameters:
    ///   - rows: the most rows that a shard has.
    ///   - gradients: where dW and db go; every call overwrites them.
    init(_ weights: BackwardWeights<Scalar>, rows: Int, gradients: Parameters<Scalar>) {
        self.weights = weights
        let dense = weights.dense
        weightGradient = gradients["\(dense.name).weight"]
        biasGradient = gradients["\(dense.name).bias"]
        transposed = Matrix(rows: dense.outputs, columns: rows)
        packedInput = PackedMatrix(inputs: rows, outputs: dense.inputs)
    }

    /// dW = dyᵀ x, db = Σ dy, and dx = dy W where somebody wants it.
    ///
    /// - Parameters:
    ///   - x: `[rows, inputs]`, the input of the forward pass.
    ///   - dy: `[rows, outputs]`
    ///   - dx: `[rows, inputs]`
    func run(_ x: Matrix<Scalar>, _ dy: Matrix<Scalar>, into dx: Matrix<Scalar>?) {
        let dyTransposed = transposed.slice(from: 0, rows: dy.columns, columns: dy.rows)
        let input = packedInput.view(inputs: x.rows)
        Scalar.transpose(dy, into: dyTransposed)
        Scalar.pack(x, into: input)
        Scalar.product(dyTransposed, input, .identity, into: weightGradient)
        Scalar.columnSums(dy, into: biasGradient)
        if let dx { Scalar.product(dy, weights.packed, .identity, into: dx) }
    }
}
