import Kernels
import VAE

/// The moments of one shard's rows in one batch normalisation.
final class BatchStatistics<Scalar: KernelScalar> {
    /// PyTorch's default.
    private static var momentum: Scalar { 0.1 }

    /// `[1, channels]`, the variance biased.
    let moments: Moments<Scalar>
    /// How many numbers of each channel they are of; 0 before a pass.
    var count = 0
    /// Views into the model's parameters.
    private let running: Moments<Scalar>

    init(_ layer: BatchNormLayer<Scalar>) {
        running = layer.running
        moments = Moments(rows: 1, columns: layer.channels)
    }

    /// running ← 0.9 running + 0.1 moment, the variance unbiased as PyTorch's is.
    func absorb() {
        defer { count = 0 }
        // One number has no spread to learn from.
        guard count > 1 else { return }
        let unbiased = Scalar(count) / Scalar(count - 1)
        for j in 0..<moments.mean.count {
            running.mean[j] += Self.momentum * (moments.mean[j] - running.mean[j])
            running.variance[j] += Self.momentum * (moments.variance[j] * unbiased - running.variance[j])
        }
    }
}
