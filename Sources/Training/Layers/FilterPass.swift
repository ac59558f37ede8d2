import Kernels
import VAE

/// A convolution's forward and backward pass in buffers of one shard.
struct FilterPass<Scalar: KernelScalar> {
    private let filter: Filter<Scalar>
    private let weights: FilterBackwardWeights<Scalar>
    /// With the channels last, as the kernels give it.
    private let gradient: FilterGradient<Scalar>
    /// In PyTorch's order.
    private let tensorGradient: Matrix<Scalar>
    private let columns: Matrix<Scalar>

    init(_ weights: FilterBackwardWeights<Scalar>, gradients: Parameters<Scalar>) {
        self.weights = weights
        filter = weights.filter
        let weight = Matrix<Scalar>(rows: filter.weight.rows, columns: filter.weight.columns)
        gradient = FilterGradient(weight: weight, bias: gradients["\(filter.name).bias"])
        tensorGradient = gradients["\(filter.name).weight"]
        columns = filter.makeColumns()
    }

    func forward(_ x: Matrix<Scalar>, into y: Matrix<Scalar>) {
        filter.apply(x, .identity, into: y, columns: columns)
    }

    /// - Parameters:
    ///   - x: the input of the forward pass.
    ///   - dx: where the derivative by it goes, if somebody wants it.
    func backward(_ x: Matrix<Scalar>, _ dy: Matrix<Scalar>, into dx: Matrix<Scalar>?) {
        weights.run(x, dy, into: dx, gradient, columns: columns)
        Scalar.channelsFirst(gradient.weight, channels: filter.innerChannels, into: tensorGradient)
    }
}
