import Kernels
import Records
import VAE

/// The rows that training goes through, and how each is shown to the network.
struct TrainingRows: Sendable {
    /// `[rows, …]`: plain vectors or coded rows; kept, not copied.
    let values: Matrix<Float>
    let table: TableCoding?
    /// Of each row the place of its level.
    let conditions: RowConditions
    private let levels: Int
    /// Whether a number is a probability, drawn anew as 0 or 1 at every presentation.
    let binarises: Bool
    /// The share of the cells that may be empty which the encoder does not get to see; the likelihood asks for them all the same.
    let hiddenShare: Double
    /// The share of a plain vector's numbers that the encoder gets as 0; the likelihood asks for them all the same.
    let corruption: Double
    let seed: UInt64

    /// - Parameter levels: of the condition; 0 for none.
    init(
        values: Matrix<Float>, conditions: RowConditions = .none, levels: Int = 0, table: TableCoding?,
        options: TrainingOptions
    ) {
        (self.values, self.conditions, self.levels, self.table) = (values, conditions, levels, table)
        (binarises, hiddenShare) = (options.binarisesInputs, options.hiddenShare)
        (corruption, seed) = (options.corruption, options.seed)
    }

    /// Writes a row as it is shown in an epoch; epoch 0 is validation's.
    func write(_ row: Int, epoch: Int, into x: Observation<Float>) {
        let source = values.rows(row..<row + 1)
        if let condition = x.condition, case .each(let places) = conditions {
            Float.oneHot(Matrix([Float(places[row])]), into: condition)
        }
        if let table {
            table.write(source, into: x)
            if epoch > 0, hiddenShare > 0 { table.write(hidingCells(source, row, epoch, table), features: x.features) }
        } else {
            writeVector(source, row, epoch, into: x)
        }
    }

    private func writeVector(_ source: Matrix<Float>, _ row: Int, _ epoch: Int, into x: Observation<Float>) {
        let noise = { (purpose: NoiseStream.Purpose) in
            NoiseStream(seed: seed, purpose: purpose, index: UInt32(row), draw: UInt32(epoch))
        }
        if binarises {
            Float.binarise(source, noise(.binarisation), into: x.targets)
        } else {
            x.targets.assign(source)
        }
        // Without corruption both are the same memory.
        guard x.hasTargets else { return }
        x.features.assign(x.targets)
        if epoch > 0 { Float.hide(x.features, share: corruption, noise(.corruption)) }
    }

    /// Fills the first numbers of a prior's pseudo-inputs: rows spread over all, as the encoder sees them.
    func write(_ rows: [Int], as pseudoInputs: Matrix<Float>, count: Int) {
        for i in 0..<count {
            let x = observe([rows[i * rows.count / count % rows.count]])
            pseudoInputs.rows(i..<i + 1).assign(x.features)
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
        let room =
            table.map { $0.room(rows: rows.count) } ?? Observation(Matrix(rows: rows.count, columns: values.columns))
        let x = levels > 0 ? room.conditioned(on: Matrix(rows: rows.count, columns: levels)) : room
        for (i, row) in rows.enumerated() { write(row, epoch: 0, into: x.rows(i..<i + 1)) }
        return x
    }

    /// Copies of some rows, the places of their levels behind them where they have any.
    func gather(_ rows: [Int]) -> Matrix<Float> {
        let copy = Matrix<Float>(rows: rows.count, columns: values.columns)
        for (i, row) in rows.enumerated() { copy.rows(i..<i + 1).assign(values.rows(row..<row + 1)) }
        return labelled(copy, rows)
    }

    /// - Parameter copies: of the rows.
    func labelled(_ copies: Matrix<Float>, _ rows: [Int]) -> Matrix<Float> {
        guard case .each(let places) = conditions else { return copies }
        return RowConditions.each(rows.map { places[$0] }).joined(to: copies)
    }
}
