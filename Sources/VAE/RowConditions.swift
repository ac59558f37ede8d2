import Kernels

/// The levels that the rows of a request are conditioned on, by their places.
package enum RowConditions: Equatable, Sendable {
    /// The model has no condition, or the rows hold their levels already.
    case none
    case all(Int)
    /// One for each row.
    case each([Int])

    /// Rows as a model takes them: the place of its level behind each, where there is one.
    ///
    /// - Parameters:
    ///   - rows: `[rows, n]`
    ///   - first: the place of the first row among those that the levels were given for.
    /// - Returns: `[rows, n + 1]`, or the rows themselves.
    package func joined(to rows: Matrix<Float>, first: Int = 0) -> Matrix<Float> {
        let places: [Float]
        switch self {
        case .none: return rows
        case .all(let place): places = Array(repeating: Float(place), count: rows.rows)
        case .each(let all): places = all[first..<first + rows.rows].map { Float($0) }
        }
        let joined = Matrix<Float>(rows: rows.rows, columns: rows.columns + 1)
        Float.join(rows, Matrix(places, rows: rows.rows, columns: 1), into: joined)
        return joined
    }
}
