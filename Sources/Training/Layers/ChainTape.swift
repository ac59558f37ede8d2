import Kernels
import VAE

/// The tapes of a chain of layers.
struct ChainTape<Scalar: KernelScalar> {
    private let tapes: [any LayerTape<Scalar>]

    init(_ chain: Chain<Scalar>, _ context: TapeContext<Scalar>) {
        tapes = chain.layers.compactMap { Self.makeTape($0, context) }
    }

    private static func makeTape(
        _ layer: any Layer<Scalar>, _ context: TapeContext<Scalar>
    ) -> (any LayerTape<Scalar>)? {
        guard let layer = layer as? any TapedLayer<Scalar> else { preconditionFailure("\(layer) cannot be trained") }
        return layer.makeTape(context)
    }

    /// Where the derivative by the chain's output is to be written; nil if the chain has no layer.
    var outputGradient: Matrix<Scalar>? { tapes.last?.outputGradient }

    /// The chain's output, which is x if there is no layer.
    func forward(_ x: Matrix<Scalar>) -> Matrix<Scalar> {
        var input = x
        for tape in tapes {
            tape.forward(input)
            input = tape.output.prefix(x.rows)
        }
        return input
    }

    /// What the last forward pass of x gave.
    func forwardOutput(_ x: Matrix<Scalar>) -> Matrix<Scalar> {
        tapes.last?.output.prefix(x.rows) ?? x
    }

    /// - Parameter dx: where the derivative by the chain's input goes, if somebody wants it.
    func backward(_ x: Matrix<Scalar>, into dx: Matrix<Scalar>?) {
        for (i, tape) in tapes.enumerated().reversed() {
            let input = i == 0 ? x : tapes[i - 1].output.prefix(x.rows)
            tape.backward(input, into: i == 0 ? dx : tapes[i - 1].outputGradient.prefix(x.rows))
        }
    }
}
