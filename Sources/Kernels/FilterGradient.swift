/// Where the gradients of a convolution's weight and bias go.
package struct FilterGradient<Scalar: KernelScalar>: Sendable {
    package let weight: Matrix<Scalar>
    package let bias: Matrix<Scalar>

    package init(weight: Matrix<Scalar>, bias: Matrix<Scalar>) {
        (self.weight, self.bias) = (weight, bias)
    }
}
