import Inference
import Kernels
import Pictures
import VAE

/// The answers to all rows of a request as one PNG.
package struct AnswerPicture: Sendable {
    private let operation: Operation
    private let shape: PictureShape
    private let scale: Int
    private let wantsMeans: Bool
    private let architecture: Architecture

    /// - Parameters:
    ///   - scale: pixels a side for each pixel of a record.
    ///   - wantsMeans: whether samples are shown by their means instead of their draws.
    /// - Returns: nil where an answer is no image: for codes and scores, and for models of anything else.
    package init?(_ model: TrainedModel, _ operation: Operation, scale: Int = 1, wantsMeans: Bool = false) {
        guard let shape = model.pictureShape, operation.hasPictures else { return nil }
        (self.operation, self.shape, self.scale, self.wantsMeans) = (operation, shape, scale, wantsMeans)
        architecture = model.network.architecture
    }

    /// How the answers to so many rows stand; nil where they are too large together.
    package func grid(rows: Int) -> PictureGrid? {
        PictureGrid(shape, count: rows, scale: scale, operation.arrangement)
    }

    /// A reconstruction stands below what it was made of. A draw is shown where there is one.
    ///
    /// - Parameter input: the rows that were asked about.
    /// - Returns: nil where there is no `grid` of so many.
    package func png(_ output: InferenceOutput, input: Matrix<Float>) -> [UInt8]? {
        grid(rows: output.rowCount)?.picture(values(output, input)).png()
    }

    private func values(_ output: InferenceOutput, _ input: Matrix<Float>) -> [Float] {
        switch output {
        case .records(let mean, let draw):
            operation == .reconstruct
                ? architecture.split(input).values.values + mean.values : (draw ?? mean).values
        case .path(_, let mean): mean.values
        case .samples(_, let mean, let draw): (wantsMeans ? mean : draw).values
        case .codes, .scores, .repairs: preconditionFailure("answers that are no images")
        }
    }
}

extension TrainedModel {
    /// nil for a model whose records are no images.
    package var pictureShape: PictureShape? { schema == nil ? PictureShape(inputShape) : nil }
}

extension Operation {
    /// Whether a model of images answers a row with an image.
    package var hasPictures: Bool {
        switch self {
        case .decode, .path, .reconstruct, .sample: true
        case .encode, .score: false
        }
    }

    fileprivate var arrangement: PictureGrid.Arrangement {
        switch self {
        case .reconstruct: .pairs
        case .path: .strip
        case .decode, .sample, .encode, .score: .square
        }
    }
}
