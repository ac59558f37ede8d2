import Kernels
import VAE

extension ConvolutionLayer: TapedLayer {
    func makeTape(_ context: TapeContext<Scalar>) -> (any LayerTape<Scalar>)? { ConvolutionTape(self, context) }
}

struct ConvolutionTape<Scalar: KernelScalar>: LayerTape {
    private let layer: ConvolutionLayer<Scalar>
    private let filter: FilterPass<Scalar>
    /// Before the activation; the output itself where there is none.
    private let preactivation: Matrix<Scalar>
    let output: Matrix<Scalar>
    let outputGradient: Matrix<Scalar>

    init(_ layer: ConvolutionLayer<Scalar>, _ context: TapeContext<Scalar>) {
        self.layer = layer
        filter = context.makePass(layer.filter)
        (output, outputGradient) = (context.makeBuffer(layer.outputs), context.makeBuffer(layer.outputs))
        preactivation = layer.activation == .identity ? output : context.makeBuffer(layer.outputs)
    }

    func forward(_ x: Matrix<Scalar>) {
        let pre = preactivation.prefix(x.rows)
        filter.forward(x, into: pre)
        if layer.activation != .identity { Scalar.activate(layer.activation, pre, into: output.prefix(x.rows)) }
    }

    func backward(_ x: Matrix<Scalar>, into dx: Matrix<Scalar>?) {
        let dy = outputGradient.prefix(x.rows)
        if layer.activation != .identity {
            Scalar.activateBackward(layer.activation, preactivation.prefix(x.rows), dy, into: dy)
        }
        filter.backward(x, dy, into: dx)
    }
}
