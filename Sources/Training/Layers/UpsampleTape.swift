import Kernels
import VAE

extension UpsampleLayer: TapedLayer {
    func makeTape(_ context: TapeContext<Scalar>) -> (any LayerTape<Scalar>)? { UpsampleTape(self, context) }
}

struct UpsampleTape<Scalar: KernelScalar>: LayerTape {
    private let layer: UpsampleLayer<Scalar>
    let output: Matrix<Scalar>
    let outputGradient: Matrix<Scalar>

    init(_ layer: UpsampleLayer<Scalar>, _ context: TapeContext<Scalar>) {
        self.layer = layer
        (output, outputGradient) = (context.makeBuffer(layer.outputs), context.makeBuffer(layer.outputs))
    }

    func forward(_ x: Matrix<Scalar>) {
        Scalar.upsample(x, layer.image, factor: layer.factor, into: output.prefix(x.rows))
    }

    func backward(_ x: Matrix<Scalar>, into dx: Matrix<Scalar>?) {
        guard let dx else { return }
        Scalar.upsampleBackward(outputGradient.prefix(x.rows), layer.image, factor: layer.factor, into: dx)
    }
}
