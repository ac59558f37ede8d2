import Kernels
import VAE

extension ActivationLayer: TapedLayer {
    func makeTape(_ context: TapeContext<Scalar>) -> (any LayerTape<Scalar>)? { ActivationTape(self, context) }
}

struct ActivationTape<Scalar: KernelScalar>: LayerTape {
    private let activation: Activation
    let output: Matrix<Scalar>
    let outputGradient: Matrix<Scalar>

    init(_ layer: ActivationLayer<Scalar>, _ context: TapeContext<Scalar>) {
        activation = layer.activation
        (output, outputGradient) = (context.makeBuffer(layer.outputs), context.makeBuffer(layer.outputs))
    }

    func forward(_ x: Matrix<Scalar>) { Scalar.activate(activation, x, into: output.prefix(x.rows)) }

    func backward(_ x: Matrix<Scalar>, into dx: Matrix<Scalar>?) {
        if let dx { Scalar.activateBackward(activation, x, outputGradient.prefix(x.rows), into: dx) }
    }
}
