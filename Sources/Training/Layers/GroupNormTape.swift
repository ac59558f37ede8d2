import Kernels
import VAE

extension GroupNormLayer: TapedLayer {
    func makeTape(_ context: TapeContext<Scalar>) -> (any LayerTape<Scalar>)? { GroupNormTape(self, context) }
}

struct GroupNormTape<Scalar: KernelScalar>: LayerTape {
    private let layer: GroupNormLayer<Scalar>
    private let moments: Moments<Scalar>
    private let gradients: Parameters<Scalar>
    private let gradient: Affine<Scalar>
    /// Before the activation; the output itself where there is none.
    private let preactivation: Matrix<Scalar>
    let output: Matrix<Scalar>
    let outputGradient: Matrix<Scalar>

    init(_ layer: GroupNormLayer<Scalar>, _ context: TapeContext<Scalar>) {
        self.layer = layer
        moments = layer.makeMoments(rows: context.rows)
        gradients = context.gradients
        gradient = layer.affine.makeGradient(in: context.gradients)
        (output, outputGradient) = (context.makeBuffer(layer.outputs), context.makeBuffer(layer.outputs))
        preactivation = layer.activation == .identity ? output : context.makeBuffer(layer.outputs)
    }

    func forward(_ x: Matrix<Scalar>) {
        let pre = preactivation.prefix(x.rows)
        layer.normalise(x, moments.prefix(x.rows), into: pre)
        if layer.activation != .identity { Scalar.activate(layer.activation, pre, into: output.prefix(x.rows)) }
    }

    func backward(_ x: Matrix<Scalar>, into dx: Matrix<Scalar>?) {
        let (dy, pre) = (outputGradient.prefix(x.rows), preactivation.prefix(x.rows))
        if layer.activation != .identity { Scalar.activateBackward(layer.activation, pre, dy, into: dy) }
        let normalisation = GroupNormalisation(layer.groups, moments.prefix(x.rows), layer.affine.lastChannels)
        // Where nobody wants dx, it may lie over what nobody reads again.
        Scalar.normaliseBackward(x, normalisation, dy, into: dx ?? pre, gradient)
        layer.affine.store(gradient, in: gradients)
    }
}
