import Dispatch

/// Runs independent pieces of work on the machine's cores and waits for all.
enum Parallel {
    /// - Parameter body: called once for each index; the calls may run at the same time.
    static func forEach(_ count: Int, _ body: @Sendable (Int) -> Void) {
        DispatchQueue.concurrentPerform(iterations: count, execute: body)
    }

    /// Cuts `count` places into `pieces` ranges of nearly the same length, some perhaps empty.
    static func ranges(_ count: Int, pieces: Int) -> [Range<Int>] {
        (0..<pieces).map { count * $0 / pieces..<count * ($0 + 1) / pieces }
    }
}
