import Kernels

/// A convolution in either direction with its tensors as PyTorch has them.
package struct Filter<Scalar: KernelScalar>: PackedPart {
    package enum Product: Sendable {
        case forward(Convolution<Scalar>)
        case transposed(TransposedConvolution<Scalar>)
    }

    package let name: String
    package let product: Product
    /// `[O, I · taps]`, transposed `[I, O · taps]`; a view into the parameters.
    package let tensor: Matrix<Scalar>
    /// Channels of the second side of the tensor.
    package let innerChannels: Int

    init(
        _ name: String, _ specification: ConvolutionSpecification, _ image: ImageShape,
        in parameters: Parameters<Scalar>
    ) {
        self.init(
            name, specification, image, tensor: parameters["\(name).weight"], bias: parameters["\(name).bias"])
    }

    /// - Parameters:
    ///   - image: of the input; the specification has found it to fit.
    ///   - bias: `[1, channels]`; shared, not copied.
    init(
        _ name: String, _ specification: ConvolutionSpecification, _ image: ImageShape, tensor: Matrix<Scalar>,
        bias: Matrix<Scalar>
    ) {
        (self.name, self.tensor) = (name, tensor)
        let weight = Matrix<Scalar>(rows: tensor.rows, columns: tensor.columns)
        let window = specification.window.window
        switch specification.direction {
        case .forward:
            innerChannels = image.channels
            guard let map = WindowMap(image: image, window: window) else { preconditionFailure("\(name) does not fit") }
            product = .forward(Convolution(map, weight: weight, bias: bias))
        case .transposed(let more):
            innerChannels = specification.channels
            let map = WindowMap(
                transposed: image, window: window, outputPadding: more, channels: specification.channels)
            guard let map else { preconditionFailure("\(name) does not fit") }
            product = .transposed(TransposedConvolution(map, weight: weight, bias: bias))
        }
        repack()
    }

    /// The tensor with its channels last, as the kernels take it.
    package var weight: Matrix<Scalar> {
        switch product {
        case .forward(let convolution): convolution.weight
        case .transposed(let convolution): convolution.weight
        }
    }

    package var bias: Matrix<Scalar> {
        switch product {
        case .forward(let convolution): convolution.bias
        case .transposed(let convolution): convolution.bias
        }
    }

    package var inputShape: ImageShape {
        switch product {
        case .forward(let convolution): convolution.inputShape
        case .transposed(let convolution): convolution.inputShape
        }
    }

    package var outputShape: ImageShape {
        switch product {
        case .forward(let convolution): convolution.outputShape
        case .transposed(let convolution): convolution.outputShape
        }
    }

    package func repack() {
        Scalar.channelsLast(tensor, channels: innerChannels, into: weight)
        switch product {
        case .forward(let convolution): convolution.repack()
        case .transposed(let convolution): convolution.repack()
        }
    }

    /// Room that `apply` works in.
    package func makeColumns() -> Matrix<Scalar> {
        switch product {
        case .forward(let convolution): convolution.makeColumns()
        case .transposed(let convolution): convolution.makeColumns()
        }
    }

    @_specialize(where Scalar == Float)
    package func apply(_ x: Matrix<Scalar>, _ f: Activation, into y: Matrix<Scalar>, columns: Matrix<Scalar>) {
        switch product {
        case .forward(let convolution): convolution.apply(x, f, into: y, columns: columns)
        case .transposed(let convolution): convolution.apply(x, f, into: y, columns: columns)
        }
    }
}
