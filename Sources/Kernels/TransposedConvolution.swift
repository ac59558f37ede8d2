/// y = f(wᵀ ∗ x + b): the adjoint of a convolution, as PyTorch's `conv_transpose2d`, with the channels last.
///
/// The weight is `[input channels, kernel height · kernel width · output channels]`: PyTorch's `[I, O, KH, KW]` with each row's
/// channels last.
package struct TransposedConvolution<Scalar: KernelScalar>: Sendable {
    /// From `outputShape` to the places of `inputShape`.
    package let map: WindowMap
    package let weight: Matrix<Scalar>
    /// `[1, output channels]`
    package let bias: Matrix<Scalar>
    let blocks: ImageBlocks
    private let packed: PackedMatrix<Scalar>
    /// Empty where the product goes through columns; else the product does not.
    private let phases: Matrix<Scalar>

    /// - Parameter map: from `WindowMap(transposed:window:outputPadding:channels:)`.
    package init(_ map: WindowMap, weight: Matrix<Scalar>, bias: Matrix<Scalar>) {
        precondition(weight.columns == map.columnCount && bias.count == map.image.channels)
        (self.map, self.weight, self.bias, blocks) = (map, weight, bias, ImageBlocks(map))
        phases = Matrix(rows: 1, columns: Scalar.phaseNumbers(map, inputs: weight.rows))
        packed = PackedMatrix(inputs: weight.rows, outputs: phases.count == 0 ? weight.columns : 0)
        repack()
    }

    package var inputShape: ImageShape { map.outputShape(channels: weight.rows) }
    package var outputShape: ImageShape { map.image }

    /// Packs anew, after the weight or the bias changed.
    package func repack() {
        if phases.count == 0 { return Scalar.pack(weight, into: packed) }
        Scalar.packPhases(weight, bias: bias, map, into: phases)
    }

    /// Room that `apply` and the backward pass work in: at least the columns of one block of images.
    package func makeColumns() -> Matrix<Scalar> { blocks.makeColumns(room: map.transposedRoom(inputs: weight.rows)) }

    /// - Parameters:
    ///   - x: `[rows, inputShape.count]`
    ///   - y: `[rows, outputShape.count]`
    ///   - columns: from `makeColumns`; overwritten.
    @_specialize(where Scalar == Float)
    package func apply(_ x: Matrix<Scalar>, _ f: Activation, into y: Matrix<Scalar>, columns: Matrix<Scalar>) {
        precondition(x.columns == inputShape.count && y.columns == outputShape.count && x.rows == y.rows)
        if phases.count > 0 { return Scalar.convolveTransposed(x, map, phases: phases, f, into: y, room: columns) }
        let places = x.reshaped(columns: weight.rows)
        blocks.forEach(x.rows) { images, windows in
            let (block, result) = (columns.prefix(windows.count), y.rows(images))
            Scalar.product(places.rows(windows), packed, .identity, into: block)
            Scalar.fold(block, map, bias: bias, into: result)
            if f != .identity { Scalar.activate(f, result, into: result) }
        }
    }
}
