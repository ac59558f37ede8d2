import Kernels
import VAE

extension GatedConvolutionLayer: TapedLayer {
    func makeTape(_ context: TapeContext<Scalar>) -> (any LayerTape<Scalar>)? { GatedConvolutionTape(self, context) }
}

struct GatedConvolutionTape<Scalar: KernelScalar>: LayerTape {
    private let value: FilterPass<Scalar>
    private let gate: FilterPass<Scalar>
    private let values: Matrix<Scalar>
    private let gates: Matrix<Scalar>
    private let gatesGradient: Matrix<Scalar>
    private let gateInputGradient: Matrix<Scalar>
    let output: Matrix<Scalar>
    let outputGradient: Matrix<Scalar>

    init(_ layer: GatedConvolutionLayer<Scalar>, _ context: TapeContext<Scalar>) {
        (value, gate) = (context.makePass(layer.value), context.makePass(layer.gate))
        let make = { context.makeBuffer(layer.outputs) }
        (values, gates, gatesGradient) = (make(), make(), make())
        gateInputGradient = context.makeBuffer(layer.value.inputShape.count)
        (output, outputGradient) = (make(), make())
    }

    func forward(_ x: Matrix<Scalar>) {
        let (v, g) = (values.prefix(x.rows), gates.prefix(x.rows))
        value.forward(x, into: v)
        gate.forward(x, into: g)
        Scalar.gate(v, g, into: output.prefix(x.rows))
    }

    func backward(_ x: Matrix<Scalar>, into dx: Matrix<Scalar>?) {
        let (dy, dGates) = (outputGradient.prefix(x.rows), gatesGradient.prefix(x.rows))
        Scalar.gateBackward(values.prefix(x.rows), gates.prefix(x.rows), dy, into: dy, dGates)
        value.backward(x, dy, into: dx)
        gate.backward(x, dGates, into: dx.map { _ in gateInputGradient.prefix(x.rows) })
        if let dx { Scalar.add(gateInputGradient.prefix(x.rows), to: dx) }
    }
}
