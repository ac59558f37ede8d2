import Answers
import Inference
import Kernels
import Pictures
import VAE

/// The answers to some images, or some of a model's own, as one PNG: all of them in memory.
package struct PictureRun {
    private let model: TrainedModel
    private let operation: Operation
    private let picture: AnswerPicture
    private let shape: PictureShape
    private let levels: LevelChoice

    /// - Throws: `BulkError.noImages` for a model of anything else, or an operation whose answers are no images.
    package init(
        _ model: TrainedModel, _ operation: Operation, scale: Int, wantsMeans: Bool = false,
        levels: LevelChoice = LevelChoice()
    ) throws(BulkError) {
        guard let shape = model.pictureShape,
            let picture = AnswerPicture(model, operation, scale: scale, wantsMeans: wantsMeans)
        else { throw .noImages }
        (self.model, self.operation, self.picture, self.shape) = (model, operation, picture, shape)
        self.levels = levels
    }

    /// Without an input.
    package func png(count: Int) throws(BulkError) -> [UInt8] {
        try checkSize(count)
        return try png(Matrix(rows: count, columns: 0), levels.conditions(model, rows: count))
    }

    /// Of the first images of a file, IDX or PNG; at most `count`.
    package func png(path: String, count: Int) throws(BulkError) -> [UInt8] {
        let images = try PictureFile.rows(path, shape, count: count, check: checkSize)
        return try png(images.rows, levels.conditions(model, rows: images.count))
    }

    /// Before there is memory for so many.
    private func checkSize(_ count: Int) throws(BulkError) {
        if picture.grid(rows: count) == nil { throw .pictureTooLarge(images: count) }
    }

    private func png(_ rows: Matrix<Float>, _ conditions: RowConditions) throws(BulkError) -> [UInt8] {
        let rows = conditions.joined(to: rows)
        let output = InferenceOutput(operation, rows: rows.rows, model: model)
        do throws(InferenceError) {
            try OperationRunner(model).run(operation, rows, positions: Array(0..<rows.rows), into: output)
        } catch {
            guard case .notFinite(let row) = error else { preconditionFailure("pixels in [0, 1]: \(error)") }
            throw .noAnswer(row: row + 1)
        }
        guard let png = picture.png(output, input: rows) else { throw .pictureTooLarge(images: rows.rows) }
        return png
    }
}
