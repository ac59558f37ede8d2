import Kernels
import VAE

/// What one layer's forward pass leaves for its backward pass, for one shard.
struct LayerTape<Scalar: KernelScalar> {
    private let layer: Layer<Scalar>
    private let backward: [DenseBackward<Scalar>]
    /// Before the non-linearity: of the layer, or of its value branch.
    private let preactivation: Matrix<Scalar>
    private let gate: Matrix<Scalar>
    private let gateGradient: Matrix<Scalar>
    private let gateInputGradient: Matrix<Scalar>
    let output: Matrix<Scalar>
    /// The derivative by `output`; whoever uses the output writes it.
    let outputGradient: Matrix<Scalar>

    init(_ layer: Layer<Scalar>, inputs: Int, rows: Int, makeBackward: (Dense<Scalar>) -> DenseBackward<Scalar>) {
        self.layer = layer
        backward = layer.denses.map(makeBackward)
        let gatedRows = if case .gated = layer { rows } else { 0 }
        preactivation = Matrix(rows: rows, columns: layer.outputs)
        gate = Matrix(rows: gatedRows, columns: layer.outputs)
        gateGradient = Matrix(rows: gatedRows, columns: layer.outputs)
        gateInputGradient = Matrix(rows: gatedRows, columns: inputs)
        output = Matrix(rows: rows, columns: layer.outputs)
        outputGradient = Matrix(rows: rows, columns: layer.outputs)
    }

    func forward(_ x: Matrix<Scalar>) -> Matrix<Scalar> {
        let (pre, y) = (preactivation.prefix(x.rows), output.prefix(x.rows))
        switch layer {
        case .dense(let dense, let activation):
            dense.apply(x, .identity, into: pre)
            Scalar.activate(activation, pre, into: y)
        case .gated(let value, let gateDense):
            value.apply(x, .identity, into: pre)
            gateDense.apply(x, .identity, into: gate.prefix(x.rows))
            Scalar.gate(pre, gate.prefix(x.rows), into: y)
        }
        return y
    }

    /// Takes `outputGradient` (and overwrites it); x is the input of the forward pass.
    func backward(_ x: Matrix<Scalar>, into dx: Matrix<Scalar>?) {
        let (pre, dy) = (preactivation.prefix(x.rows), outputGradient.prefix(x.rows))
        switch layer {
        case .dense(_, let activation):
            Scalar.activateBackward(activation, pre, dy, into: dy)
            backward[0].run(x, dy, into: dx)
        case .gated:
            let dGate = gateGradient.prefix(x.rows)
            Scalar.gateBackward(pre, gate.prefix(x.rows), dy, into: dy, dGate)
            backward[0].run(x, dy, into: dx)
            backward[1].run(x, dGate, into: dx.map { _ in gateInputGradient.prefix(x.rows) })
            if let dx { Scalar.add(gateInputGradient.prefix(x.rows), to: dx) }
        }
    }
}

/// The tapes of a chain of layers.
struct ChainTape<Scalar: KernelScalar> {
    private let layers: [LayerTape<Scalar>]

    init(_ chain: Chain<Scalar>, inputs: Int, rows: Int, makeBackward: (Dense<Scalar>) -> DenseBackward<Scalar>) {
        var (width, tapes) = (inputs, [LayerTape<Scalar>]())
        for layer in chain.layers {
            tapes.append(LayerTape(layer, inputs: width, rows: rows, makeBackward: makeBackward))
            width = layer.outputs
        }
        layers = tapes
    }

    /// Where the derivative by the chain's output is to be written; nil if the chain has no layer.
    var outputGradient: Matrix<Scalar>? { layers.last?.outputGradient }

    /// The chain's output, which is x if there is no layer.
    func forward(_ x: Matrix<Scalar>) -> Matrix<Scalar> {
        layers.reduce(x) { $1.forward($0) }
    }

    /// What the last forward pass of x gave.
    func forwardOutput(_ x: Matrix<Scalar>) -> Matrix<Scalar> {
        layers.last?.output.prefix(x.rows) ?? x
    }

    /// - Parameter dx: where the derivative by the chain's input goes, if somebody wants it.
    func backward(_ x: Matrix<Scalar>, into dx: Matrix<Scalar>?) {
        for (i, layer) in layers.enumerated().reversed() {
            let input = i == 0 ? x : layers[i - 1].output.prefix(x.rows)
            layer.backward(input, into: i == 0 ? dx : layers[i - 1].outputGradient.prefix(x.rows))
        }
    }
}
