/// The right side of a product with its bias, in the order in which the kernels read it.
///
/// Panels of 32 outputs; each is one row of biases followed by a row of weights for each input: `[inputs + 1, 32]`. The last
/// panel is padded with zeros. Packing once pays whenever the matrix is used more than once.
package struct PackedMatrix<Scalar: KernelScalar>: Sendable {
    package static var panelWidth: Int { 32 }

    package let inputs: Int
    package let outputs: Int
    let panels: Matrix<Scalar>

    /// Room for a matrix; `pack` fills it.
    package init(inputs: Int, outputs: Int) {
        (self.inputs, self.outputs) = (inputs, outputs)
        let panelCount = (outputs + Self.panelWidth - 1) / Self.panelWidth
        panels = Matrix(rows: panelCount * (inputs + 1), columns: Self.panelWidth)
    }

    private init(inputs: Int, outputs: Int, panels: Matrix<Scalar>) {
        (self.inputs, self.outputs, self.panels) = (inputs, outputs, panels)
    }

    /// The same memory for a matrix with fewer inputs; what was packed is lost.
    package func view(inputs: Int) -> PackedMatrix {
        precondition(inputs <= self.inputs)
        let panelCount = (outputs + Self.panelWidth - 1) / Self.panelWidth
        let part = panels.prefix(panelCount * (inputs + 1))
        return PackedMatrix(inputs: inputs, outputs: outputs, panels: part)
    }

    /// Packs `weight` `[outputs, inputs]` and `bias` `[1, outputs]`.
    package init(transposing weight: Matrix<Scalar>, bias: Matrix<Scalar>?) {
        self.init(inputs: weight.columns, outputs: weight.rows)
        Scalar.pack(transposing: weight, bias: bias, into: self)
    }
}
