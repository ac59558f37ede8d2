import DataFiles
import Inference
import Kernels
import Locking
import RecordIO
import VAE

/// All rows of an input at once, for what has to go through them together.
package enum InputRows {
    /// - Parameter path: as `BulkRun` takes it.
    /// - Returns: `[rows, rowDimension]`; of a table coded rows.
    /// - Throws: `BulkError` for the first row that is wrong.
    package static func read(
        _ model: TrainedModel, path: String, levels: LevelChoice = LevelChoice()
    ) throws(BulkError) -> Matrix<Float> {
        var options = BulkOptions(.encode(drawSeed: nil), workers: 1)
        options.levels = levels
        let (pieces, reading, _, conditions) = try BulkRun.opening(
            model, options, path: path, BulkRun.open(path), counter: Locked(0))
        let width = conditions == .none ? model.rowDimension : model.recordDimension
        var codes: [Float] = []
        while let piece = try next(pieces) {
            switch piece {
            case .rows(let rows, _): rows.append(to: &codes)
            case .failure(let error): throw error
            case .text(let chunk):
                var batch = RecordBatch(width: width)
                try reading?.read(chunk, into: &batch)
                if let fault = batch.faults.first { throw .fault(fault) }
                codes += batch.codes
            }
        }
        return conditions.joined(to: Matrix(codes, rows: codes.count / width, columns: width))
    }

    private static func next(_ pieces: any PieceSource) throws(BulkError) -> Piece? {
        do throws(DataFileError) { return try pieces.next() } catch { throw .data(error) }
    }
}
