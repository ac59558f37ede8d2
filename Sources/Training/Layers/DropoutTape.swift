import Kernels
import VAE

extension DropoutLayer: TapedLayer {
    func makeTape(_ context: TapeContext<Scalar>) -> (any LayerTape<Scalar>)? {
        rate == 0 ? nil : DropoutTape(self, context)
    }
}

struct DropoutTape<Scalar: KernelScalar>: LayerTape {
    private let rate: Double
    private let state: TapeState<Scalar>
    /// Which of the layers that draw.
    private let place: Int
    let output: Matrix<Scalar>
    let outputGradient: Matrix<Scalar>

    init(_ layer: DropoutLayer<Scalar>, _ context: TapeContext<Scalar>) {
        (rate, state, place) = (layer.rate, context.state, context.nextNoisePlace())
        (output, outputGradient) = (context.makeBuffer(layer.outputs), context.makeBuffer(layer.outputs))
    }

    private var stream: NoiseStream { state.pass.stream(layer: place) }

    func forward(_ x: Matrix<Scalar>) { Scalar.dropout(x, rate: rate, stream, into: output.prefix(x.rows)) }

    func backward(_ x: Matrix<Scalar>, into dx: Matrix<Scalar>?) {
        if let dx { Scalar.dropout(outputGradient.prefix(x.rows), rate: rate, stream, into: dx) }
    }
}
