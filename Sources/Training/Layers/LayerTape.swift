import Kernels
import VAE

/// What one layer's forward pass leaves for its backward pass, for one shard.
protocol LayerTape<Scalar> {
    associatedtype Scalar: KernelScalar

    /// Of the last forward pass, `[rows, outputs]`.
    var output: Matrix<Scalar> { get }
    /// The derivative by `output`; whoever uses the output writes it.
    var outputGradient: Matrix<Scalar> { get }

    /// Writes `output` from x, as in training.
    func forward(_ x: Matrix<Scalar>)

    /// Takes `outputGradient` (and overwrites it) and writes the gradients of the layer's weights.
    ///
    /// - Parameters:
    ///   - x: the input of the last forward pass.
    ///   - dx: where the derivative by x goes, if somebody wants it.
    func backward(_ x: Matrix<Scalar>, into dx: Matrix<Scalar>?)
}

/// A layer that training knows.
protocol TapedLayer<Scalar>: Layer {
    /// - Returns: nil where training does nothing to the numbers.
    func makeTape(_ context: TapeContext<Scalar>) -> (any LayerTape<Scalar>)?
}
