/// Chooses the daemon with the fewest connections; among equals they take turns.
///
/// The counts lag behind in a burst of new connections: taking turns alone spreads those evenly.
struct DaemonChoice {
    private var turn = 0

    /// - Parameter counts: one for each daemon; at least one.
    mutating func next(connectionCounts counts: [Int]) -> Int {
        let order = counts.indices.map { ($0 + turn) % counts.count }
        turn = (turn + 1) % counts.count
        return order.min { counts[$0] < counts[$1] } ?? 0
    }
}
