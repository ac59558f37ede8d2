/// What there is to say of many answers.
package struct BulkTally: Sendable, Equatable {
    /// Records that were answered.
    package var rows = 0
    /// Records that were bad.
    package var faults = 0
    /// In nats.
    package var scoreSum = 0.0
    package var anomalies = 0

    package init() {}

    package mutating func add(_ other: BulkTally) {
        rows += other.rows
        faults += other.faults
        scoreSum += other.scoreSum
        anomalies += other.anomalies
    }
}

/// The answers to one piece.
package struct BulkAnswer: Sendable {
    package var bytes: [UInt8] = []
    package var tally = BulkTally()
    /// What ended the input behind these answers.
    package var failure: BulkError?
}
