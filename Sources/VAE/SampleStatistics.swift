/// A running mean and its standard error, taken in the order in which numbers come.
struct SampleStatistics {
    /// How many numbers in a row make one independent draw.
    private let groupSize: Int
    private var group = 0.0
    private var groupCount = 0
    private var count = 0.0
    private(set) var mean = 0.0
    private var squares = 0.0

    init(groupSize: Int) {
        self.groupSize = groupSize
    }

    mutating func add(_ value: Double) {
        group += value
        groupCount += 1
        guard groupCount == groupSize else { return }
        addDraw(group / Double(groupSize))
        (group, groupCount) = (0, 0)
    }

    /// Source: Welford 1962; no cancellation where the spread is small beside the mean.
    private mutating func addDraw(_ value: Double) {
        count += 1
        let delta = value - mean
        mean += delta / count
        squares += delta * (value - mean)
    }

    /// 0 for a single draw, which says nothing of its spread.
    var standardError: Double {
        count > 1 ? (squares / (count - 1) / count).squareRoot() : 0
    }
}
