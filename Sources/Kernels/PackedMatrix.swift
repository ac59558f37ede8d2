/// The right side of a product with its bias, in the order in which the kernels read it.
///
/// Panels of 32 outputs; each is one row of biases followed by a row of weights for each input: `[inputs + 1, 32]`. The last
/// panel is padded with zeros. In `bf16` two weights lie in the room of one number. Packing once pays whenever the matrix is used
/// more than once.
package struct PackedMatrix<Scalar: KernelScalar>: Sendable {
    package static var panelWidth: Int { 32 }

    package let inputs: Int
    package let outputs: Int
    package let precision: WeightPrecision
    /// `[panels, numbers of a panel]`
    let panels: Matrix<Scalar>

    /// Room for a matrix; `pack` fills it.
    ///
    /// - Parameter precision: of `Float` only another than `float32`.
    package init(inputs: Int, outputs: Int, precision: WeightPrecision = .float32) {
        precondition(precision == .float32 || Scalar.self == Float.self)
        (self.inputs, self.outputs, self.precision) = (inputs, outputs, precision)
        panels = Matrix(
            rows: Self.panelCount(outputs),
            columns: precision.panelCount(inputs: inputs, width: Self.panelWidth))
    }

    private init(inputs: Int, outputs: Int, panels: Matrix<Scalar>) {
        (self.inputs, self.outputs, self.panels, precision) = (inputs, outputs, panels, .float32)
    }

    private static func panelCount(_ outputs: Int) -> Int { (outputs + panelWidth - 1) / panelWidth }

    /// The same memory for a matrix with fewer inputs; what was packed is lost.
    package func view(inputs: Int) -> PackedMatrix {
        precondition(inputs <= self.inputs && precision == .float32)
        let part = panels.slice(
            from: 0, rows: Self.panelCount(outputs),
            columns: precision.panelCount(inputs: inputs, width: Self.panelWidth))
        return PackedMatrix(inputs: inputs, outputs: outputs, panels: part)
    }

    /// Packs `weight` `[outputs, inputs]` and `bias` `[1, outputs]`.
    package init(transposing weight: Matrix<Scalar>, bias: Matrix<Scalar>?, precision: WeightPrecision = .float32) {
        self.init(inputs: weight.columns, outputs: weight.rows, precision: precision)
        Scalar.pack(transposing: weight, bias: bias, into: self)
    }
}
