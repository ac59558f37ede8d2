/// γ and β of a normalisation, or their gradients: `[1, channels]`, or `[1, places · channels]` for one of each number of a row.
package struct Affine<Scalar: KernelScalar>: Sendable {
    package let gamma: Matrix<Scalar>
    package let beta: Matrix<Scalar>

    package init(gamma: Matrix<Scalar>, beta: Matrix<Scalar>) {
        precondition(gamma.count == beta.count)
        (self.gamma, self.beta) = (gamma, beta)
    }
}
