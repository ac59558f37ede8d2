import Kernels
import VAE

extension DenseLayer: TapedLayer {
    func makeTape(_ context: TapeContext<Scalar>) -> (any LayerTape<Scalar>)? { DenseTape(self, context) }
}

struct DenseTape<Scalar: KernelScalar>: LayerTape {
    private let layer: DenseLayer<Scalar>
    private let dense: DenseBackward<Scalar>
    /// Before the activation; the output itself where there is none.
    private let preactivation: Matrix<Scalar>
    let output: Matrix<Scalar>
    let outputGradient: Matrix<Scalar>

    init(_ layer: DenseLayer<Scalar>, _ context: TapeContext<Scalar>) {
        self.layer = layer
        dense = context.makeBackward(layer.dense)
        output = context.makeBuffer(layer.outputs)
        preactivation = layer.activation == .identity ? output : context.makeBuffer(layer.outputs)
        outputGradient = context.makeBuffer(layer.outputs)
    }

    func forward(_ x: Matrix<Scalar>) {
        let pre = preactivation.prefix(x.rows)
        layer.dense.apply(x, .identity, into: pre)
        if layer.activation != .identity { Scalar.activate(layer.activation, pre, into: output.prefix(x.rows)) }
    }

    func backward(_ x: Matrix<Scalar>, into dx: Matrix<Scalar>?) {
        let dy = outputGradient.prefix(x.rows)
        if layer.activation != .identity {
            Scalar.activateBackward(layer.activation, preactivation.prefix(x.rows), dy, into: dy)
        }
        dense.run(x, dy, into: dx)
    }
}
