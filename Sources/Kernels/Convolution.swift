/// y = f(w ∗ x + b): images to images, as PyTorch's `conv2d`, with the channels last.
///
/// The weight is `[output channels, kernel height · kernel width · input channels]`: PyTorch's `[O, I, KH, KW]` with each row's
/// channels last.
package struct Convolution<Scalar: KernelScalar>: Sendable {
    package let map: WindowMap
    package let weight: Matrix<Scalar>
    /// `[1, output channels]`
    package let bias: Matrix<Scalar>
    let blocks: ImageBlocks
    private let packed: PackedMatrix<Scalar>

    package init(_ map: WindowMap, weight: Matrix<Scalar>, bias: Matrix<Scalar>) {
        precondition(weight.columns == map.columnCount && bias.count == weight.rows)
        (self.map, self.weight, self.bias, blocks) = (map, weight, bias, ImageBlocks(map))
        packed = PackedMatrix(transposing: weight, bias: bias)
    }

    package var inputShape: ImageShape { map.image }
    package var outputShape: ImageShape { map.outputShape(channels: weight.rows) }

    /// Packs anew, after the weight or the bias changed.
    package func repack() {
        Scalar.pack(transposing: weight, bias: bias, into: packed)
    }

    /// Room that `apply` and the backward pass work in: at least the columns of one block of images.
    package func makeColumns() -> Matrix<Scalar> { blocks.makeColumns(room: map.room) }

    /// - Parameters:
    ///   - x: `[rows, inputShape.count]`
    ///   - y: `[rows, outputShape.count]`
    ///   - columns: from `makeColumns`; overwritten.
    @_specialize(where Scalar == Float)
    package func apply(_ x: Matrix<Scalar>, _ f: Activation, into y: Matrix<Scalar>, columns: Matrix<Scalar>) {
        precondition(x.columns == inputShape.count && y.columns == outputShape.count && x.rows == y.rows)
        let places = y.reshaped(columns: weight.rows)
        if map.isIdentity { return Scalar.product(x.reshaped(columns: map.columnCount), packed, f, into: places) }
        Scalar.convolve(x, map, packed, f, into: places, room: columns)
    }
}
