import Kernels
import VAE

extension GatedDenseLayer: TapedLayer {
    func makeTape(_ context: TapeContext<Scalar>) -> (any LayerTape<Scalar>)? { GatedDenseTape(self, context) }
}

struct GatedDenseTape<Scalar: KernelScalar>: LayerTape {
    private let layer: GatedDenseLayer<Scalar>
    private let value: DenseBackward<Scalar>
    private let gate: DenseBackward<Scalar>
    private let values: Matrix<Scalar>
    private let gates: Matrix<Scalar>
    private let gatesGradient: Matrix<Scalar>
    private let gateInputGradient: Matrix<Scalar>
    let output: Matrix<Scalar>
    let outputGradient: Matrix<Scalar>

    init(_ layer: GatedDenseLayer<Scalar>, _ context: TapeContext<Scalar>) {
        self.layer = layer
        value = context.makeBackward(layer.value)
        gate = context.makeBackward(layer.gate)
        let make = { context.makeBuffer(layer.outputs) }
        (values, gates, gatesGradient) = (make(), make(), make())
        gateInputGradient = context.makeBuffer(layer.value.inputs)
        (output, outputGradient) = (make(), make())
    }

    func forward(_ x: Matrix<Scalar>) {
        let (v, g) = (values.prefix(x.rows), gates.prefix(x.rows))
        layer.value.apply(x, .identity, into: v)
        layer.gate.apply(x, .identity, into: g)
        Scalar.gate(v, g, into: output.prefix(x.rows))
    }

    func backward(_ x: Matrix<Scalar>, into dx: Matrix<Scalar>?) {
        let (dy, dGates) = (outputGradient.prefix(x.rows), gatesGradient.prefix(x.rows))
        Scalar.gateBackward(values.prefix(x.rows), gates.prefix(x.rows), dy, into: dy, dGates)
        value.run(x, dy, into: dx)
        gate.run(x, dGates, into: dx.map { _ in gateInputGradient.prefix(x.rows) })
        if let dx { Scalar.add(gateInputGradient.prefix(x.rows), to: dx) }
    }
}
