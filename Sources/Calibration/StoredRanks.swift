/// Which of n sorted scores are stored: all up to 5,120, else 4,096 spread over the lower ones and the top 1,024.
///
/// Both the lowest score and the last of the lower ones are among the 4,096, so gaps are at most ⌈(n − 1,025) / 4,095⌉.
struct StoredRanks {
    static let quantiles = 4096
    static let top = 1024

    /// n
    let total: Int

    var count: Int { min(total, Self.quantiles + Self.top) }

    private var isWhole: Bool { total <= Self.quantiles + Self.top }

    /// The place from 1 that a stored value has among all n in ascending order.
    subscript(index: Int) -> Int {
        if isWhole { return index + 1 }
        guard index < Self.quantiles else { return total - Self.top + 1 + index - Self.quantiles }
        // index · (lower − 1) / 4,095 in parts that cannot overflow.
        let (whole, part) = (total - Self.top - 1).quotientAndRemainder(dividingBy: Self.quantiles - 1)
        return 1 + index * whole + index * part / (Self.quantiles - 1)
    }

    /// The first stored value at this rank or above; the rank is at most n.
    func index(atOrAbove rank: Int) -> Int { firstIndex(in: 0..<count) { self[$0] >= rank } }
}

/// The first index at which what holds from some index on holds, or the upper bound.
func firstIndex(in range: Range<Int>, where holds: (Int) -> Bool) -> Int {
    var (low, high) = (range.lowerBound, range.upperBound)
    while low < high {
        let middle = low + (high - low) / 2
        if holds(middle) { high = middle } else { low = middle + 1 }
    }
    return low
}
