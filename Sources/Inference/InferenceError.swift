/// Why a request to a model got no answer.
package enum InferenceError: Error, Equatable, Sendable {
    /// More rows wait than the limit allows; in so many seconds they should have been computed.
    case queueFull(limit: Int, retryAfter: Int = 1)
    case deadlineExceeded
    /// The model takes no more requests.
    case closed
    case outsideSupport(row: Int, column: Int, value: Float, support: String)
    /// The model's answer for a row overflowed; the record is far outside what it can compute.
    case notFinite(row: Int)

    /// The same error with rows counted from the start of the request.
    package func shifted(by first: Int) -> InferenceError {
        switch self {
        case .outsideSupport(let row, let column, let value, let support):
            .outsideSupport(row: row + first, column: column, value: value, support: support)
        case .notFinite(let row): .notFinite(row: row + first)
        case .queueFull, .deadlineExceeded, .closed: self
        }
    }
}

extension InferenceError {
    /// The row that it is about; those about the whole request come before all rows.
    private var row: Int {
        switch self {
        case .outsideSupport(let row, _, _, _), .notFinite(let row): row
        case .queueFull, .deadlineExceeded, .closed: -1
        }
    }

    /// Of two failures of one request the one to tell, whichever part failed first.
    package static func first(_ a: InferenceError?, _ b: InferenceError?) -> InferenceError? {
        guard let a, let b else { return a ?? b }
        return b.row < a.row ? b : a
    }
}

extension InferenceError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .queueFull(let limit, _): "more than \(limit) rows are waiting"
        case .deadlineExceeded: "the request waited too long"
        case .closed: "the model takes no more requests"
        case .outsideSupport(let row, let column, let value, let support):
            "row \(row), column \(column): \(value) is outside \(support)"
        case .notFinite(let row): "row \(row): the answer is not finite; the record is far outside the training data"
        }
    }
}
