import Kernels

/// Fits the numbers of a column, in a way that a few wild ones cannot wreck.
package struct NumericFit {
    private let sorted: [Double]
    /// Numbers that are better given a probability each: all of a column that knows only a few, else those that many cells share.
    let atoms: (values: [Double], areAll: Bool)
    /// The others, or all where there are none.
    private let slab: [Double]

    /// - Parameter numbers: NaN where a cell is empty; at least one is a number.
    init(_ numbers: [Double]) {
        let sorted = numbers.filter { !$0.isNaN }.sorted()
        let atoms = Self.atoms(sorted)
        self.sorted = sorted
        self.atoms = atoms
        let others = atoms.areAll ? [] : sorted.filter { !atoms.values.contains($0) }
        slab = others.isEmpty ? sorted : others
    }

    // MARK: Codes

    var linear: NumericCode { code(.linear) }

    var logarithmic: NumericCode { code(.logarithmic(unit: unit)) }

    /// 1 for whole numbers, else the size of the small ones.
    private var unit: Double {
        if slab.allSatisfy({ $0 == $0.rounded() }) { return 1 }
        let positive = slab.map { abs($0) }.filter { $0 > 0 }.sorted()
        return positive.isEmpty ? 1 : positive[positive.count / 10]
    }

    private func code(_ transform: NumericCode.Transform) -> NumericCode {
        let plain = NumericCode(transform: transform, offset: 0, scale: 1)
        let (offset, scale) = Self.centre(slab.map(plain.transformed))
        let (median, spread) = Self.robustCentre(sorted.map { (plain.transformed($0) - offset) / scale })
        return NumericCode(transform: transform, offset: offset, scale: scale, median: median, spread: spread)
    }

    /// The median, and the interquartile range in standard deviations of a normal distribution; where most numbers are the same,
    /// the standard deviation itself.
    private static func robustCentre(_ sorted: [Double]) -> (median: Double, spread: Double) {
        let range = (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / 1.349
        let deviation = centre(sorted).scale
        return (quantile(sorted, 0.5), range > 1e-6 * deviation ? range : deviation)
    }

    /// With linear interpolation between neighbours.
    private static func quantile(_ sorted: [Double], _ q: Double) -> Double {
        let place = q * Double(sorted.count - 1)
        let low = Int(place)
        let high = min(low + 1, sorted.count - 1)
        return sorted[low] + (place - Double(low)) * (sorted[high] - sorted[low])
    }

    /// Mean and standard deviation with the outer half percent on both sides pulled in.
    ///
    /// Where that leaves no spread, most numbers are one and the same; then all count as they are.
    private static func centre(_ sorted: [Double]) -> (offset: Double, scale: Double) {
        let cut = sorted.count / 200
        let inner = sorted[cut..<sorted.count - cut]
        let (low, high) = (inner[inner.startIndex], inner[inner.endIndex - 1])
        let pulled = moments(sorted.map { min(max($0, low), high) })
        if pulled.scale.isNormal, pulled.scale > 1e-12 * abs(pulled.offset) { return pulled }
        let whole = moments(sorted)
        return (whole.offset, whole.scale.isNormal ? whole.scale : 1)
    }

    private static func moments(_ values: [Double]) -> (offset: Double, scale: Double) {
        let count = Double(values.count)
        let mean = values.reduce(0) { $0 + $1 / count }
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) / count }
        if squares.isNormal { return (mean, squares.squareRoot()) }
        // Numbers whose squares are too large or too small for double precision, taken in units of the farthest.
        let farthest = values.reduce(0) { max($0, abs($1 - mean)) }
        guard farthest.isNormal else { return (mean, 0) }
        let shares = values.reduce(0) { $0 + ($1 - mean) / farthest * (($1 - mean) / farthest) / count }
        return (mean, farthest * shares.squareRoot())
    }

    // MARK: Linear or logarithmic

    /// Whether the column is so skewed that a few cells would rule in its own units, and the logarithm describes it far better.
    ///
    /// A column that is merely lopsided keeps its own units: there a large number shall stay as strange as it is.
    var prefersLogarithm: Bool {
        guard let smallest = sorted.first, let largest = sorted.last, smallest >= 0 else { return false }
        guard Double(linear.code(largest)) > Self.farOut else { return false }
        return meanLogDensity(logarithmic) > meanLogDensity(linear) + 0.5
    }

    /// Standard deviations, with the outer half percent pulled in.
    private static let farOut = 100.0

    private func meanLogDensity(_ code: NumericCode) -> Double {
        let count = Double(slab.count)
        return slab.reduce(0) { sum, x in
            let t = Double(code.code(x))
            return sum - (0.5 * t * t + code.logUnit(t)) / count
        }
    }

    // MARK: Resolution

    /// The standard deviation of rounding to the smallest gap between two different numbers, gap / √12; 0 for a single number.
    package static func roundingError(_ codes: [Float]) -> Double {
        let sorted = codes.filter { !$0.isNaN }.sorted()
        var gap = Float.infinity
        for (a, b) in zip(sorted, sorted.dropFirst()) where b > a { gap = min(gap, b - a) }
        return gap.isFinite ? Double(gap) / 12.0.squareRoot() : 0
    }

    // MARK: Atoms

    private static func atoms(_ sorted: [Double]) -> (values: [Double], areAll: Bool) {
        var runs: [(value: Double, count: Int)] = []
        for value in sorted {
            if runs.last?.value == value { runs[runs.count - 1].count += 1 } else { runs.append((value, 1)) }
        }
        if runs.count <= fewValues(sorted.count) { return (runs.map(\.value), true) }
        guard sorted.count >= leastForAtoms else { return ([], false) }
        let common = runs.filter { Double($0.count) >= atomShare * Double(sorted.count) }
        return (common.map(\.value), false)
    }

    /// More values in more cells, from 12 to 32.
    private static func fewValues(_ count: Int) -> Int {
        min(max(Int(Double(count).squareRoot() / 2), 12), 32)
    }

    /// A small table cannot tell a spike from a crowd.
    private static let leastForAtoms = 12_000
    private static let atomShare = 0.05
}
