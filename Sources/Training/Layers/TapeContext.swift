import Kernels
import VAE

/// What the tapes of a chain share within one shard.
struct TapeContext<Scalar: KernelScalar> {
    /// The most rows that a pass has.
    let rows: Int
    /// Where the gradients go; every pass overwrites them.
    let gradients: Parameters<Scalar>
    private let weights: SharedWeights<Scalar>
    let state: TapeState<Scalar>

    /// - Parameter state: of the shard; that of another context where chains of one shard differ in their rows.
    init(
        rows: Int, gradients: Parameters<Scalar>, weights: SharedWeights<Scalar>,
        state: TapeState<Scalar> = TapeState()
    ) {
        (self.rows, self.gradients, self.weights, self.state) = (rows, gradients, weights, state)
    }

    func makeBackward(_ dense: Dense<Scalar>) -> DenseBackward<Scalar> {
        DenseBackward(weights.weights(of: dense), rows: rows, gradients: gradients)
    }

    func makePass(_ filter: Filter<Scalar>) -> FilterPass<Scalar> {
        FilterPass(weights.weights(of: filter), gradients: gradients)
    }

    func makeStatistics(_ layer: BatchNormLayer<Scalar>) -> BatchStatistics<Scalar> {
        let made = BatchStatistics(layer)
        state.statistics.append(made)
        return made
    }

    /// Counts the layers that draw noise.
    func nextNoisePlace() -> Int {
        state.noisePlaces += 1
        return state.noisePlaces - 1
    }

    func makeBuffer(_ columns: Int) -> Matrix<Scalar> { Matrix(rows: rows, columns: columns) }
}
