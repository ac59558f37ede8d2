import Kernels
import Records
import VAE

/// The rows that training goes through, and how each is shown to the network.
struct TrainingRows: Sendable {
    /// `[rows, …]`: plain vectors or coded rows; kept, not copied.
    let values: Matrix<Float>
    let table: TableCoding?
    /// Whether a number is a probability, drawn anew as 0 or 1 at every presentation.
    let binarises: Bool
    /// The share of the cells that may be empty which the encoder does not get to see; the likelihood asks for them all the same.
    let hiddenShare: Double
    let seed: UInt64

    /// Writes a row as it is shown in an epoch; epoch 0 is validation's.
    func write(_ row: Int, epoch: Int, into x: Observation<Float>) {
        let source = values.rows(row..<row + 1)
        if let table {
            table.write(source, into: x)
            if epoch > 0, hiddenShare > 0 { table.write(hidingCells(source, row, epoch, table), features: x.features) }
        } else if binarises {
            let stream = NoiseStream(
                seed: seed, purpose: .binarisation, index: UInt32(row), draw: UInt32(epoch))
            Float.binarise(source, stream, into: x.features)
        } else {
            x.features.assign(source)
        }
    }

    /// A copy of the row without some of its cells, so that the network learns to do without any.
    private func hidingCells(_ source: Matrix<Float>, _ row: Int, _ epoch: Int, _ table: TableCoding) -> Matrix<Float> {
        let stream = NoiseStream(seed: seed, purpose: .hiding, index: UInt32(row), draw: UInt32(epoch))
        // The first number says how many are hidden: from none to twice the share.
        let uniforms = stream.uniforms(source.columns + 1)
        let shown = Matrix(source.values)
        for (column, uniform) in uniforms.dropFirst().enumerated()
        where table.schema.coded[column].isOptional && uniform < 2 * hiddenShare * uniforms[0] {
            shown[column] = .nan
        }
        return shown
    }

    /// Some rows as validation sees them.
    func observe(_ rows: [Int]) -> Observation<Float> {
        let x =
            table.map { $0.room(rows: rows.count) } ?? Observation(Matrix(rows: rows.count, columns: values.columns))
        for (i, row) in rows.enumerated() { write(row, epoch: 0, into: x.rows(i..<i + 1)) }
        return x
    }

    /// Copies of some rows.
    func gather(_ rows: [Int]) -> Matrix<Float> {
        let copy = Matrix<Float>(rows: rows.count, columns: values.columns)
        for (i, row) in rows.enumerated() { copy.rows(i..<i + 1).assign(values.rows(row..<row + 1)) }
        return copy
    }
}
