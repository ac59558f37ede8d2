import Inference
import Kernels
import Pictures
import VAE

/// What a model of images has learned, to look at: `samples.png` and `reconstructions.png`.
struct ModelPictures {
    private let model: TrainedModel
    private let shape: PictureShape

    /// - Returns: nil for a model of anything else.
    init?(_ model: TrainedModel) {
        guard model.schema == nil, let shape = PictureShape(model.inputShape) else { return nil }
        (self.model, self.shape) = (model, shape)
    }

    private static let (sampleCount, sampleSeed) = (64, UInt64(1))

    /// The pictures that are not too large; without validation rows there is nothing to reconstruct.
    func files(validation: Matrix<Float>) -> [(name: String, bytes: [UInt8])] {
        let (validation, condition) = model.network.architecture.split(validation)
        let reconstructions = Matrix<Float>(rows: validation.rows, columns: shape.count)
        Evaluator(model.network).reconstruct(validation, condition: condition, into: reconstructions)
        let pairs = png(validation.values + reconstructions.values, count: validation.rows, .pairs)
        let pictures = [
            ("samples.png", model.network.architecture.isDeterministic ? nil : samples()),
            ("reconstructions.png", pairs),
        ]
        return pictures.compactMap { name, bytes in bytes.map { (name, $0) } }
    }

    private func samples() -> [UInt8]? {
        let means = Matrix<Float>(rows: Self.sampleCount, columns: shape.count)
        let draws = Matrix<Float>(rows: Self.sampleCount, columns: shape.count)
        let latents = Matrix<Float>(rows: Self.sampleCount, columns: model.network.latentDimension)
        Evaluator(model.network).sample(
            seed: Self.sampleSeed, positions: (0..<Self.sampleCount).map(UInt64.init), temperature: 1,
            condition: sampleConditions, latents: latents, means: means, draws: draws)
        return png(means.values, count: means.rows, .square)
    }

    /// Every level in turn.
    private var sampleConditions: Matrix<Float>? {
        guard let levels = model.condition?.levels.count else { return nil }
        let places = (0..<Self.sampleCount).map { $0 % levels }
        return model.network.architecture.split(
            RowConditions.each(places).joined(to: Matrix(rows: places.count, columns: 0))
        )
        .condition
    }

    /// Small images are enlarged to about 64 pixels a side.
    private func png(_ values: [Float], count: Int, _ arrangement: PictureGrid.Arrangement) -> [UInt8]? {
        let scale = min(max(64 / max(shape.size.width, shape.size.height), 1), PictureGrid.scales.upperBound)
        return PictureGrid(shape, count: count, scale: scale, arrangement)?.picture(values).png()
    }
}
