import Kernels
import VAE

/// What changes from pass to pass of one shard.
final class TapeState<Scalar: KernelScalar> {
    /// Which pass this is, for noise; written before it.
    var pass = PassNoise()
    /// In the order of the layers.
    var statistics: [BatchStatistics<Scalar>] = []
    /// Layers that draw noise, so far.
    var noisePlaces = 0
}
