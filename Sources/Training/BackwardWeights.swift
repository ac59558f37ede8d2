import Kernels
import VAE

/// The weights of a dense part packed for dx = dy W, beside the packing for the forward pass; shared by the shards of a step.
package struct BackwardWeights<Scalar: KernelScalar>: Sendable {
    let dense: Dense<Scalar>
    /// `[outputs, inputs]` as the right side of a product.
    let packed: PackedMatrix<Scalar>

    init(_ dense: Dense<Scalar>) {
        self.dense = dense
        packed = PackedMatrix(inputs: dense.outputs, outputs: dense.inputs)
        repack()
    }

    /// Packs anew, after the weights changed.
    func repack() {
        Scalar.pack(dense.weight, into: packed)
    }
}
