/// Which of the jobs that wait for one model is computed first.
package struct JobPriority: Comparable, Sendable {
    private let level: UInt64

    /// What a job has that says nothing.
    package static let usual = JobPriority(level: 0)

    /// - Parameter level: 1 before all others; 0 stands for the usual 2.
    package init(level: UInt64) {
        self.level = level == 0 ? 2 : level
    }

    /// Whether `a` is computed after `b`, waiting as long.
    package static func < (a: JobPriority, b: JobPriority) -> Bool { a.level > b.level }
}
