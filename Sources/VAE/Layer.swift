import Kernels

/// A hidden layer with its weights.
package enum Layer<Scalar: KernelScalar>: Sendable {
    case dense(Dense<Scalar>, Activation)
    case gated(value: Dense<Scalar>, gate: Dense<Scalar>)

    init(_ specification: LayerSpecification, name: String, in parameters: Parameters<Scalar>) {
        switch specification {
        case .dense(_, let activation): self = .dense(Dense(name, in: parameters), activation)
        case .gatedDense:
            self = .gated(
                value: Dense("\(name).value", in: parameters), gate: Dense("\(name).gate", in: parameters))
        }
    }

    package var outputs: Int {
        switch self {
        case .dense(let dense, _), .gated(let dense, _): dense.outputs
        }
    }

    package var denses: [Dense<Scalar>] {
        switch self {
        case .dense(let dense, _): [dense]
        case .gated(let value, let gate): [value, gate]
        }
    }

    /// `[rows, inputs]` to `[rows, outputs]`; `spare` is of the output's shape.
    func apply(_ x: Matrix<Scalar>, into y: Matrix<Scalar>, spare: Matrix<Scalar>) {
        switch self {
        case .dense(let dense, let activation): dense.apply(x, activation, into: y)
        case .gated(let value, let gate):
            value.apply(x, .identity, into: y)
            gate.apply(x, .identity, into: spare)
            Scalar.gate(y, spare, into: y)
        }
    }
}

/// Layers applied in turn.
package struct Chain<Scalar: KernelScalar>: Sendable {
    package let layers: [Layer<Scalar>]

    init(_ specifications: [LayerSpecification], prefix: String, in parameters: Parameters<Scalar>) {
        layers = specifications.enumerated().map { i, specification in
            Layer(specification, name: "\(prefix).\(i)", in: parameters)
        }
    }

    /// The last layer's output, in the workspace, or x itself if there is no layer.
    func apply(_ x: Matrix<Scalar>, _ workspace: ChainWorkspace<Scalar>) -> Matrix<Scalar> {
        var input = x
        for (layer, buffers) in zip(layers, workspace.buffers) {
            let output = buffers.output.prefix(x.rows)
            layer.apply(input, into: output, spare: buffers.spare.prefix(min(x.rows, buffers.spare.rows)))
            input = output
        }
        return input
    }
}

/// Room for the outputs of a chain's layers.
struct ChainWorkspace<Scalar: KernelScalar> {
    let buffers: [(output: Matrix<Scalar>, spare: Matrix<Scalar>)]

    init(_ chain: Chain<Scalar>, rows: Int) {
        buffers = chain.layers.map { layer in
            let spareRows = if case .gated = layer { rows } else { 0 }
            return (
                Matrix(rows: rows, columns: layer.outputs), Matrix(rows: spareRows, columns: layer.outputs)
            )
        }
    }
}
