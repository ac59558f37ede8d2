import Kernels
import VAE

extension PoolLayer: TapedLayer {
    func makeTape(_ context: TapeContext<Scalar>) -> (any LayerTape<Scalar>)? { PoolTape(self, context) }
}

struct PoolTape<Scalar: KernelScalar>: LayerTape {
    private let layer: PoolLayer<Scalar>
    let output: Matrix<Scalar>
    let outputGradient: Matrix<Scalar>

    init(_ layer: PoolLayer<Scalar>, _ context: TapeContext<Scalar>) {
        self.layer = layer
        (output, outputGradient) = (context.makeBuffer(layer.outputs), context.makeBuffer(layer.outputs))
    }

    func forward(_ x: Matrix<Scalar>) { layer.pool(x, into: output.prefix(x.rows)) }

    func backward(_ x: Matrix<Scalar>, into dx: Matrix<Scalar>?) {
        guard let dx else { return }
        let dy = outputGradient.prefix(x.rows)
        switch layer.measure {
        case .largest: Scalar.maxPoolBackward(x, layer.map, dy, into: dx)
        case .mean: Scalar.averagePoolBackward(layer.map, dy, into: dx)
        }
    }
}
