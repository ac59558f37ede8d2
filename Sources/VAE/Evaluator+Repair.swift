import Kernels

extension Evaluator<Float> {
    /// What a table's model expects of each record at z = μ(x), and how many nats each cell would gain by being so.
    ///
    /// - Parameters:
    ///   - expected: coded rows `[rows, recordDimension]`.
    ///   - filling: what fills empty cells best, `[rows, recordDimension]`.
    ///   - surprise: log p(expected) − log p(observed) of each column, `[rows, recordDimension]`.
    package func repair(
        _ x: Observation<Float>, _ table: TableCoding, expected: Matrix<Float>, filling: Matrix<Float>,
        surprise: Matrix<Double>
    ) {
        guard case .columns(let columns) = model.likelihood else { preconditionFailure("not a table") }
        surprise.fill(0)
        forEachBlock(of: x.rows) { rows in
            let encoding = encodeBlock(x.features.rows(rows), x.condition?.rows(rows))
            let output = decodeBlock(codes(encoding).mean, encoding.condition)
            let mode = expected.rows(rows)
            columns.mode(output, into: mode)
            table.fill(output, into: filling.rows(rows))
            let targets = x.targets.rows(rows)
            let observed = termBuffer.prefix(rows.count)
            likelihoodTerms.write(targets, outputs: output, into: observed)
            addTerms(observed, sign: -1, columns, to: surprise.rows(rows))
            let ideal = targetBuffer.prefix(rows.count)
            columns.group(mode, into: ideal)
            // A missing cell gains nothing.
            for i in 0..<ideal.count where targets[i].isNaN { ideal[i] = .nan }
            likelihoodTerms.write(ideal, outputs: output, into: observed)
            addTerms(observed, sign: 1, columns, to: surprise.rows(rows))
        }
    }

    private func addTerms(
        _ terms: Matrix<Double>, sign: Double, _ columns: ColumnsLikelihood<Float>, to sums: Matrix<Double>
    ) {
        for row in 0..<terms.rows {
            for (place, column) in columns.layout.order.enumerated() { sums[row, column] += sign * terms[row, place] }
        }
    }
}
