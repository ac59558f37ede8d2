import Kernels
import VAE

extension ResidualLayer: TapedLayer {
    func makeTape(_ context: TapeContext<Scalar>) -> (any LayerTape<Scalar>)? { ResidualTape(self, context) }
}

struct ResidualTape<Scalar: KernelScalar>: LayerTape {
    private let activation: Activation
    private let chain: ChainTape<Scalar>
    /// x + layers(x); the output itself where there is no activation.
    private let sum: Matrix<Scalar>
    let output: Matrix<Scalar>
    let outputGradient: Matrix<Scalar>

    init(_ layer: ResidualLayer<Scalar>, _ context: TapeContext<Scalar>) {
        activation = layer.activation
        chain = ChainTape(layer.chain, context)
        (output, outputGradient) = (context.makeBuffer(layer.outputs), context.makeBuffer(layer.outputs))
        sum = activation == .identity ? output : context.makeBuffer(layer.outputs)
    }

    func forward(_ x: Matrix<Scalar>) {
        let pre = sum.prefix(x.rows)
        pre.assign(chain.forward(x))
        Scalar.add(x, to: pre)
        if activation != .identity { Scalar.activate(activation, pre, into: output.prefix(x.rows)) }
    }

    func backward(_ x: Matrix<Scalar>, into dx: Matrix<Scalar>?) {
        let dy = outputGradient.prefix(x.rows)
        if activation != .identity { Scalar.activateBackward(activation, sum.prefix(x.rows), dy, into: dy) }
        if let inner = chain.outputGradient {
            inner.prefix(x.rows).assign(dy)
            chain.backward(x, into: dx)
        } else {
            dx?.assign(dy)
        }
        if let dx { Scalar.add(dy, to: dx) }
    }
}
