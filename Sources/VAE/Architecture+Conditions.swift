import Kernels

// Rows of a conditional model hold, behind their own numbers, the place of their level: what belongs to a row goes with it, whatever
// batch the row is in.

extension Architecture {
    /// Numbers of one record as operations take it: with the place of its level, where there is one.
    package var rowDimension: Int { recordDimension + (condition == nil ? 0 : 1) }

    /// Rows without their levels, and the one-hots of these: nil for a model without a condition.
    package func split(_ rows: Matrix<Float>) -> (values: Matrix<Float>, condition: Matrix<Float>?) {
        guard let condition else { return (rows, nil) }
        let values = Matrix<Float>(rows: rows.rows, columns: rows.columns - 1)
        let places = Matrix<Float>(rows: rows.rows, columns: 1)
        Float.split(rows, into: values, places)
        let oneHot = Matrix<Float>(rows: rows.rows, columns: condition.levels.count)
        Float.oneHot(places, into: oneHot)
        return (values, oneHot)
    }

    /// The first row whose last number is no place of a level; of rows from a file that may be damaged.
    package func firstRowWithoutLevel(_ rows: Matrix<Float>) -> Int? {
        guard let condition else { return nil }
        return (0..<rows.rows).first { row in
            let place = rows[row, rows.columns - 1]
            return !(place >= 0 && place < Float(condition.levels.count) && place == place.rounded())
        }
    }
}
