import Kernels
import VAE

/// What the tapes of one shard share.
final class TapeContext<Scalar: KernelScalar> {
    /// The most rows that a pass has.
    let rows: Int
    /// Where the gradients go; every pass overwrites them.
    let gradients: Parameters<Scalar>
    private let weights: SharedWeights<Scalar>
    /// Which pass this is, for noise; written before it.
    var pass = PassNoise()
    /// In the order of the layers.
    private(set) var statistics: [BatchStatistics<Scalar>] = []
    private var noisePlaces = 0

    init(rows: Int, gradients: Parameters<Scalar>, weights: SharedWeights<Scalar>) {
        (self.rows, self.gradients, self.weights) = (rows, gradients, weights)
    }

    func makeBackward(_ dense: Dense<Scalar>) -> DenseBackward<Scalar> {
        DenseBackward(weights.weights(of: dense), rows: rows, gradients: gradients)
    }

    func makePass(_ filter: Filter<Scalar>) -> FilterPass<Scalar> {
        FilterPass(weights.weights(of: filter), gradients: gradients)
    }

    func makeStatistics(_ layer: BatchNormLayer<Scalar>) -> BatchStatistics<Scalar> {
        let made = BatchStatistics(layer)
        statistics.append(made)
        return made
    }

    /// Counts the layers that draw noise.
    func nextNoisePlace() -> Int {
        noisePlaces += 1
        return noisePlaces - 1
    }

    func makeBuffer(_ columns: Int) -> Matrix<Scalar> { Matrix(rows: rows, columns: columns) }
}
