/// Chooses the daemon with the fewest connections; among equals they take turns.
///
/// The counts lag behind in a burst of new connections: taking turns alone spreads those evenly.
struct DaemonChoice {
    /// How many connections all daemons together may have.
    let limit: Int
    private var turn = 0

    init(limit: Int) {
        self.limit = limit
    }

    /// - Returns: nil when the limit is reached.
    mutating func next(connectionCounts counts: [Int]) -> Int? {
        guard counts.reduce(0, +) < limit else { return nil }
        let order = counts.indices.map { ($0 + turn) % counts.count }
        turn = (turn + 1) % counts.count
        return order.min { counts[$0] < counts[$1] }
    }
}
