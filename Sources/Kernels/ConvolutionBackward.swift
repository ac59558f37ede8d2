/// The backward pass of y = w ∗ x + b. Shared by workers, each with columns of its own.
package struct ConvolutionBackward<Scalar: KernelScalar>: Sendable {
    private let convolution: Convolution<Scalar>
    private let packed: PackedMatrix<Scalar>

    package init(_ convolution: Convolution<Scalar>) {
        self.convolution = convolution
        packed = PackedMatrix(inputs: convolution.weight.rows, outputs: convolution.weight.columns)
        repack()
    }

    /// Packs anew, after the weight changed.
    package func repack() {
        Scalar.pack(convolution.weight, into: packed)
    }

    /// dw = dyᵀ unfold(x) and db = Σ dy, and dx = fold(dy w) where somebody wants it. The terms of dw come in the order of the places
    /// of all images.
    ///
    /// - Parameters:
    ///   - x: `[rows, inputShape.count]`, the input of the forward pass.
    ///   - dy: `[rows, outputShape.count]`, before the activation.
    ///   - columns: from `makeColumns`; overwritten, as are the gradients.
    package func run(
        _ x: Matrix<Scalar>, _ dy: Matrix<Scalar>, into dx: Matrix<Scalar>?, _ gradient: FilterGradient<Scalar>,
        columns: Matrix<Scalar>
    ) {
        let (map, outputs) = (convolution.map, convolution.weight.rows)
        precondition(x.columns == map.image.count && dy.columns == convolution.outputShape.count && x.rows == dy.rows)
        let places = dy.reshaped(columns: outputs)
        gradient.weight.fill(0)
        dy.channelSums(width: map.output.width, into: gradient.bias)
        convolution.blocks.forEach(x.rows) { images, windows in
            let errors = places.rows(windows)
            let unfolded = unfolded(x.rows(images), columns.prefix(windows.count))
            Scalar.addOuterProducts(errors, unfolded, to: gradient.weight)
            if let dx { spread(errors, into: dx.rows(images), columns.prefix(windows.count)) }
        }
    }

    private func unfolded(_ x: Matrix<Scalar>, _ columns: Matrix<Scalar>) -> Matrix<Scalar> {
        let map = convolution.map
        if map.isIdentity { return x.reshaped(columns: map.columnCount) }
        Scalar.unfold(x, map, into: columns)
        return columns
    }

    /// dx = fold(dy w)
    private func spread(_ errors: Matrix<Scalar>, into dx: Matrix<Scalar>, _ columns: Matrix<Scalar>) {
        let map = convolution.map
        if map.isIdentity {
            return Scalar.product(errors, packed, .identity, into: dx.reshaped(columns: map.columnCount))
        }
        Scalar.product(errors, packed, .identity, into: columns)
        Scalar.fold(columns, map, bias: nil, into: dx)
    }
}
