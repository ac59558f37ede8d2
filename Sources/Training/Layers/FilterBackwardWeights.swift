import Kernels
import VAE

/// A convolution's weights packed for the backward pass; shared by the shards of a step.
struct FilterBackwardWeights<Scalar: KernelScalar>: Sendable {
    private enum Product: Sendable {
        case forward(ConvolutionBackward<Scalar>)
        case transposed(TransposedConvolutionBackward<Scalar>)
    }

    let filter: Filter<Scalar>
    private let product: Product

    init(_ filter: Filter<Scalar>) {
        self.filter = filter
        switch filter.product {
        case .forward(let convolution): product = .forward(ConvolutionBackward(convolution))
        case .transposed(let convolution): product = .transposed(TransposedConvolutionBackward(convolution))
        }
    }

    /// Packs anew, after the filter did.
    func repack() {
        switch product {
        case .forward(let backward): backward.repack()
        case .transposed(let backward): backward.repack()
        }
    }

    func run(
        _ x: Matrix<Scalar>, _ dy: Matrix<Scalar>, into dx: Matrix<Scalar>?, _ gradient: FilterGradient<Scalar>,
        columns: Matrix<Scalar>
    ) {
        switch product {
        case .forward(let backward): backward.run(x, dy, into: dx, gradient, columns: columns)
        case .transposed(let backward): backward.run(x, dy, into: dx, gradient, columns: columns)
        }
    }
}
