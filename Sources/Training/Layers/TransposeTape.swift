import Kernels
import VAE

extension TransposeLayer: TapedLayer {
    func makeTape(_ context: TapeContext<Scalar>) -> (any LayerTape<Scalar>)? { TransposeTape(self, context) }
}

extension IdentityLayer: TapedLayer {
    func makeTape(_ context: TapeContext<Scalar>) -> (any LayerTape<Scalar>)? { nil }
}

struct TransposeTape<Scalar: KernelScalar>: LayerTape {
    private let layer: TransposeLayer<Scalar>
    let output: Matrix<Scalar>
    let outputGradient: Matrix<Scalar>

    init(_ layer: TransposeLayer<Scalar>, _ context: TapeContext<Scalar>) {
        self.layer = layer
        (output, outputGradient) = (context.makeBuffer(layer.outputs), context.makeBuffer(layer.outputs))
    }

    func forward(_ x: Matrix<Scalar>) { layer.transpose(x, into: output.prefix(x.rows)) }

    func backward(_ x: Matrix<Scalar>, into dx: Matrix<Scalar>?) {
        if let dx { layer.transposeBack(outputGradient.prefix(x.rows), into: dx) }
    }
}
