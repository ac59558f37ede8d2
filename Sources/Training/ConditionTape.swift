import Kernels
import VAE

/// Puts the labels behind the rows of one place of a network, and takes their part out of the derivative again.
struct ConditionTape<Scalar: KernelScalar> {
    private let joined: Matrix<Scalar>
    private let joinedGradient: Matrix<Scalar>
    /// The derivative by the labels, which nobody wants.
    private let rest: Matrix<Scalar>

    /// - Parameter columns: numbers of a row without its label.
    /// - Returns: nil for a model without a condition.
    init?(_ model: VariationalAutoencoder<Scalar>, rows: Int, columns: Int) {
        let levels = model.architecture.conditionDimension
        guard levels > 0 else { return nil }
        joined = Matrix(rows: rows, columns: columns + levels)
        joinedGradient = Matrix(rows: rows, columns: columns + levels)
        rest = Matrix(rows: rows, columns: levels)
    }

    func join(_ x: Matrix<Scalar>, _ condition: Matrix<Scalar>) -> Matrix<Scalar> {
        Scalar.join(x, condition, into: joined.prefix(x.rows))
        return joined.prefix(x.rows)
    }

    /// Where the derivative by what `join` gave is to be written.
    func gradient(rows: Int) -> Matrix<Scalar> { joinedGradient.prefix(rows) }

    /// From that to the derivative by x.
    func split(into dx: Matrix<Scalar>) {
        Scalar.split(joinedGradient.prefix(dx.rows), into: dx, rest.prefix(dx.rows))
    }
}
