/// The backward pass of y = wᵀ ∗ x + b. Shared by workers, each with columns of its own.
package struct TransposedConvolutionBackward<Scalar: KernelScalar>: Sendable {
    private let convolution: TransposedConvolution<Scalar>
    private let packed: PackedMatrix<Scalar>

    package init(_ convolution: TransposedConvolution<Scalar>) {
        self.convolution = convolution
        packed = PackedMatrix(transposing: convolution.weight, bias: nil)
    }

    /// Packs anew, after the weight changed.
    package func repack() {
        Scalar.pack(transposing: convolution.weight, bias: nil, into: packed)
    }

    /// dw = xᵀ unfold(dy) and db = Σ dy, and dx = unfold(dy) wᵀ where somebody wants it.
    ///
    /// - Parameters:
    ///   - x: `[rows, inputShape.count]`, the input of the forward pass.
    ///   - dy: `[rows, outputShape.count]`, before the activation.
    ///   - columns: from `makeColumns`; overwritten, as are the gradients.
    package func run(
        _ x: Matrix<Scalar>, _ dy: Matrix<Scalar>, into dx: Matrix<Scalar>?, _ gradient: FilterGradient<Scalar>,
        columns: Matrix<Scalar>
    ) {
        let (map, inputs) = (convolution.map, convolution.weight.rows)
        precondition(x.columns == convolution.inputShape.count && dy.columns == map.image.count && x.rows == dy.rows)
        let places = x.reshaped(columns: inputs)
        gradient.weight.fill(0)
        dy.channelSums(width: map.image.width, into: gradient.bias)
        convolution.blocks.forEach(x.rows) { images, windows in
            let block = columns.prefix(windows.count)
            Scalar.unfold(dy.rows(images), map, into: block)
            Scalar.addOuterProducts(places.rows(windows), block, to: gradient.weight)
            if let dx { Scalar.product(block, packed, .identity, into: dx.reshaped(columns: inputs).rows(windows)) }
        }
    }
}
