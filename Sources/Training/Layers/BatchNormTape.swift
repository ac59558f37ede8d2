import Kernels
import VAE

extension BatchNormLayer: TapedLayer {
    func makeTape(_ context: TapeContext<Scalar>) -> (any LayerTape<Scalar>)? { BatchNormTape(self, context) }
}

/// Batch normalisation by the moments of the shard's rows, which the trainer then adds to the running ones.
struct BatchNormTape<Scalar: KernelScalar>: LayerTape {
    private let layer: BatchNormLayer<Scalar>
    private let statistics: BatchStatistics<Scalar>
    private let gradient: Affine<Scalar>
    /// Before the activation; the output itself where there is none.
    private let preactivation: Matrix<Scalar>
    let output: Matrix<Scalar>
    let outputGradient: Matrix<Scalar>

    init(_ layer: BatchNormLayer<Scalar>, _ context: TapeContext<Scalar>) {
        self.layer = layer
        statistics = context.makeStatistics(layer)
        let gradients = context.gradients
        gradient = Affine(gamma: gradients["\(layer.name).weight"], beta: gradients["\(layer.name).bias"])
        (output, outputGradient) = (context.makeBuffer(layer.outputs), context.makeBuffer(layer.outputs))
        preactivation = layer.activation == .identity ? output : context.makeBuffer(layer.outputs)
    }

    private var normalisation: ColumnNormalisation<Scalar> { ColumnNormalisation(statistics.moments, layer.affine) }

    func forward(_ x: Matrix<Scalar>) {
        let (columns, pre) = (x.reshaped(columns: layer.channels), preactivation.prefix(x.rows))
        Scalar.columnMoments(columns, into: statistics.moments)
        statistics.count = columns.rows
        Scalar.normalise(columns, normalisation, into: pre.reshaped(columns: layer.channels))
        if layer.activation != .identity { Scalar.activate(layer.activation, pre, into: output.prefix(x.rows)) }
    }

    func backward(_ x: Matrix<Scalar>, into dx: Matrix<Scalar>?) {
        let dy = outputGradient.prefix(x.rows)
        if layer.activation != .identity {
            Scalar.activateBackward(layer.activation, preactivation.prefix(x.rows), dy, into: dy)
        }
        // Where nobody wants dx, it may lie over what nobody reads again.
        let result = (dx ?? preactivation.prefix(x.rows)).reshaped(columns: layer.channels)
        Scalar.normaliseBackward(
            x.reshaped(columns: layer.channels), normalisation, dy.reshaped(columns: layer.channels), into: result,
            gradient)
    }
}
