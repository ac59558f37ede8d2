import Kernels

/// W x + b: the weights as the optimiser sees them and packed as the kernels read them.
package struct Dense<Scalar: KernelScalar>: PackedPart {
    /// `[outputs, inputs]`, a view into the parameters.
    package let weight: Matrix<Scalar>
    /// `[1, outputs]`
    package let bias: Matrix<Scalar>
    /// The name before `.weight` and `.bias`.
    package let name: String
    private let packed: PackedMatrix<Scalar>

    package var inputs: Int { weight.columns }
    package var outputs: Int { weight.rows }
    var precision: WeightPrecision { packed.precision }

    init(_ name: String, in parameters: Parameters<Scalar>) {
        self.init(
            name, weight: parameters["\(name).weight"], bias: parameters["\(name).bias"], parameters.precision)
    }

    /// Shares the weight and the bias.
    init(_ name: String, weight: Matrix<Scalar>, bias: Matrix<Scalar>, _ precision: WeightPrecision) {
        (self.name, self.weight, self.bias) = (name, weight, bias)
        packed = PackedMatrix(transposing: weight, bias: bias, precision: precision)
    }

    /// Packs anew, after the parameters changed.
    package func repack() {
        Scalar.pack(transposing: weight, bias: bias, into: packed)
    }

    /// y = f(W x + b), `[rows, inputs]` to `[rows, outputs]`.
    @_specialize(where Scalar == Float)
    package func apply(_ x: Matrix<Scalar>, _ f: Activation, into y: Matrix<Scalar>) {
        Scalar.product(x, packed, f, into: y)
    }
}
