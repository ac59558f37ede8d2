import Locking

/// One place for the result of each of several pieces of work that run at the same time.
final class SharedResults<Result: Sendable>: Sendable {
    private let results: Locked<[Result]>

    init(count: Int, empty: Result) {
        results = Locked(Array(repeating: empty, count: count))
    }

    func set(_ index: Int, _ result: Result) {
        results.withLock { $0[index] = result }
    }

    /// In order of the pieces.
    var all: [Result] { results.withLock { $0 } }
}
