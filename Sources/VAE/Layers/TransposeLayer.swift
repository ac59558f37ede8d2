import Kernels

/// Each record as a matrix `[rows, columns]`, transposed.
package struct TransposeLayer<Scalar: KernelScalar>: Layer {
    package let rows: Int
    package let columns: Int

    package var outputs: Int { rows * columns }

    @_specialize(where Scalar == Float)
    package func apply(_ x: Matrix<Scalar>, _ workspace: LayerWorkspace<Scalar>) -> Matrix<Scalar> {
        let y = workspace.output.prefix(x.rows)
        transpose(x, into: y)
        return y
    }

    package func transpose(_ x: Matrix<Scalar>, into y: Matrix<Scalar>) {
        for row in 0..<x.rows {
            Scalar.transpose(
                x.slice(from: row * outputs, rows: rows, columns: columns),
                into: y.slice(from: row * outputs, rows: columns, columns: rows))
        }
    }

    /// The way back.
    package func transposeBack(_ y: Matrix<Scalar>, into x: Matrix<Scalar>) {
        TransposeLayer(rows: columns, columns: rows).transpose(y, into: x)
    }
}
