internal import CKernels

// The C kernels. Shapes are checked here, where a wrong one would read past the end of memory.

extension Float: KernelScalar {
    private static var kernels: elbo_kernels { KernelTable.functions }

    package static func product(
        _ a: Matrix<Float>, _ b: PackedMatrix<Float>, _ f: Activation, into c: Matrix<Float>
    ) {
        precondition(a.columns == b.inputs && c.columns == b.outputs && a.rows == c.rows)
        let (kernels, panels) = (kernels, b.panels)
        switch b.precision {
        case .float32:
            unsafe kernels.product(a.pointer, panels.pointer, c.pointer, a.rows, b.outputs, b.inputs, f.code)
        case .bf16:
            unsafe kernels.product_bf16(a.pointer, panels.pointer, c.pointer, a.rows, b.outputs, b.inputs, f.code)
        }
    }

    package static func pack(
        transposing weight: Matrix<Float>, bias: Matrix<Float>?, into packed: PackedMatrix<Float>
    ) {
        precondition(weight.rows == packed.outputs && weight.columns == packed.inputs)
        precondition(bias.map { $0.count == weight.rows } ?? true)
        let (panels, outputs, inputs) = (packed.panels, packed.outputs, packed.inputs)
        switch packed.precision {
        case .float32: unsafe elbo_pack_transposed(weight.pointer, bias?.pointer, panels.pointer, outputs, inputs)
        case .bf16: unsafe elbo_pack_bf16(weight.pointer, bias?.pointer, panels.pointer, outputs, inputs)
        }
    }

    package static func pack(_ matrix: Matrix<Float>, into packed: PackedMatrix<Float>) {
        precondition(matrix.rows == packed.inputs && matrix.columns == packed.outputs && packed.precision == .float32)
        unsafe elbo_pack(matrix.pointer, packed.panels.pointer, packed.outputs, packed.inputs)
    }

    package static func transpose(_ a: Matrix<Float>, into b: Matrix<Float>) {
        precondition(a.rows == b.columns && a.columns == b.rows)
        unsafe kernels.transpose(a.pointer, b.pointer, a.rows, a.columns)
    }

    package static func activate(_ f: Activation, _ x: Matrix<Float>, into y: Matrix<Float>) {
        precondition(x.count == y.count)
        unsafe kernels.activate(f.code, x.pointer, y.pointer, x.count)
    }

    package static func activateBackward(
        _ f: Activation, _ x: Matrix<Float>, _ dy: Matrix<Float>, into dx: Matrix<Float>
    ) {
        precondition(x.count == dy.count && x.count == dx.count)
        unsafe kernels.activate_backward(f.code, x.pointer, dy.pointer, dx.pointer, x.count)
    }

    package static func gate(_ value: Matrix<Float>, _ gate: Matrix<Float>, into y: Matrix<Float>) {
        precondition(value.count == gate.count && value.count == y.count)
        unsafe kernels.gate(value.pointer, gate.pointer, y.pointer, y.count)
    }

    package static func gateBackward(
        _ value: Matrix<Float>, _ gate: Matrix<Float>, _ dy: Matrix<Float>, into dValue: Matrix<Float>,
        _ dGate: Matrix<Float>
    ) {
        let n = dy.count
        precondition(value.count == n && gate.count == n && dValue.count == n && dGate.count == n)
        unsafe kernels.gate_backward(value.pointer, gate.pointer, dy.pointer, dValue.pointer, dGate.pointer, n)
    }

    package static func exponential(_ x: Matrix<Float>, into y: Matrix<Float>) {
        precondition(x.count == y.count)
        unsafe kernels.exp(x.pointer, y.pointer, x.count)
    }

    package static func logarithm(_ x: Matrix<Float>, into y: Matrix<Float>) {
        precondition(x.count == y.count)
        unsafe kernels.log(x.pointer, y.pointer, x.count)
    }

    package static func add(_ x: Matrix<Float>, to y: Matrix<Float>) {
        precondition(x.count == y.count)
        unsafe kernels.add(x.pointer, y.pointer, x.count)
    }

    package static func scale(_ x: Matrix<Float>, by a: Float, into y: Matrix<Float>) {
        precondition(x.count == y.count)
        unsafe kernels.scale(x.pointer, a, y.pointer, x.count)
    }

    package static func columnSums(_ a: Matrix<Float>, into sums: Matrix<Float>) {
        precondition(sums.count == a.columns)
        unsafe kernels.column_sums(a.pointer, sums.pointer, a.rows, a.columns)
    }

    package static func sumOfSquares(_ x: Matrix<Float>) -> Double {
        unsafe kernels.sum_of_squares(x.pointer, x.count)
    }
}
