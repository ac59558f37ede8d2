import Kernels

/// A dense layer or a convolution with the batch normalisation behind it in its weights: W′ = s W, b′ = s b + β − s mean, for
/// each output s = γ / √(variance + ε).
package struct FoldedLayer<Scalar: KernelScalar>: Layer {
    private enum Product: Sendable {
        case dense(DenseLayer<Scalar>, original: Dense<Scalar>)
        case convolution(ConvolutionLayer<Scalar>, original: Filter<Scalar>)
    }

    private let product: Product
    private let norm: BatchNormLayer<Scalar>

    /// Replaces each pair that can be one.
    static func fold(_ layers: [any Layer<Scalar>]) -> [any Layer<Scalar>] {
        layers.reduce(into: []) { folded, layer in
            if let norm = layer as? BatchNormLayer<Scalar>, let last = folded.last, let pair = FoldedLayer(last, norm) {
                folded[folded.count - 1] = pair
            } else {
                folded.append(layer)
            }
        }
    }

    /// nil where something stands between the product and the norm.
    private init?(_ layer: any Layer<Scalar>, _ norm: BatchNormLayer<Scalar>) {
        self.norm = norm
        if let layer = layer as? DenseLayer<Scalar>, layer.activation == .identity {
            let folded = Dense(
                layer.dense.name, weight: Self.copy(layer.dense.weight), bias: Self.copy(layer.dense.bias),
                layer.dense.precision)
            product = .dense(DenseLayer(dense: folded, activation: norm.activation), original: layer.dense)
        } else if let layer = layer as? ConvolutionLayer<Scalar>, layer.activation == .identity {
            let filter = layer.filter
            let folded = Filter(
                filter.name, layer.specification, layer.image, tensor: Self.copy(filter.tensor),
                bias: Self.copy(filter.bias))
            product = .convolution(
                ConvolutionLayer(
                    filter: folded, activation: norm.activation, specification: layer.specification, image: layer.image),
                original: filter)
        } else {
            return nil
        }
        repack()
    }

    private static func copy(_ matrix: Matrix<Scalar>) -> Matrix<Scalar> {
        Matrix(matrix.values, rows: matrix.rows, columns: matrix.columns)
    }

    private var layer: any Layer<Scalar> {
        switch product {
        case .dense(let layer, _): layer
        case .convolution(let layer, _): layer
        }
    }

    package var outputs: Int { layer.outputs }
    package var folds: [FoldedLayer<Scalar>] { [self] }

    package func makeWorkspace(rows: Int) -> LayerWorkspace<Scalar> { layer.makeWorkspace(rows: rows) }

    package func apply(_ x: Matrix<Scalar>, _ workspace: LayerWorkspace<Scalar>) -> Matrix<Scalar> {
        layer.apply(x, workspace)
    }

    /// Folds anew, after the parameters changed.
    func repack() {
        let scales = scales
        switch product {
        case .dense(let layer, let original):
            Scalar.scaleRows(original.weight, by: scales, into: layer.dense.weight)
            foldBias(original.bias, scales, into: layer.dense.bias)
            layer.dense.repack()
        case .convolution(let layer, let original):
            foldTensor(original, scales, into: layer.filter.tensor)
            foldBias(original.bias, scales, into: layer.filter.bias)
            layer.filter.repack()
        }
    }

    private var scales: Matrix<Scalar> {
        let scales = Matrix<Scalar>(rows: 1, columns: norm.channels)
        for j in 0..<norm.channels {
            scales[j] = norm.affine.gamma[j] / (norm.running.variance[j] + Moments<Scalar>.epsilon).squareRoot()
        }
        return scales
    }

    private func foldBias(_ bias: Matrix<Scalar>, _ scales: Matrix<Scalar>, into folded: Matrix<Scalar>) {
        for j in 0..<bias.count {
            folded[j] = norm.affine.beta[j] + scales[j] * (bias[j] - norm.running.mean[j])
        }
    }

    private func foldTensor(_ filter: Filter<Scalar>, _ scales: Matrix<Scalar>, into folded: Matrix<Scalar>) {
        guard case .transposed = filter.product else {
            return Scalar.scaleRows(filter.tensor, by: scales, into: folded)
        }
        // Outputs are the second side: the rows of each input's part.
        let taps = filter.tensor.columns / filter.innerChannels
        for input in 0..<filter.tensor.rows {
            let start = input * filter.tensor.columns
            Scalar.scaleRows(
                filter.tensor.slice(from: start, rows: filter.innerChannels, columns: taps), by: scales,
                into: folded.slice(from: start, rows: filter.innerChannels, columns: taps))
        }
    }
}
