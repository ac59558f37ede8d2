import Kernels

/// Random orders that depend only on the seed and what they are for.
enum BatchOrder {
    /// Rows by what they are for, ascending each.
    struct Split: Equatable, Sendable {
        let training: [Int]
        /// Decide when to stop.
        let validation: [Int]
        /// Seen by neither: scores on them stand for those of rows to come.
        let calibration: [Int]
    }

    static func split(rows: Int, validationShare: Double, calibrationShare: Double, seed: UInt64) -> Split {
        let order = shuffled(Array(0..<rows), NoiseStream(seed: seed, purpose: .split))
        let validation = max(1, count(validationShare, of: rows, least: 0))
        let calibration = calibrationShare > 0 ? count(calibrationShare, of: rows, least: 50) : 0
        // At least one row for training.
        let kept = min(validation, rows - 1)
        let rest = min(calibration, rows - 1 - kept)
        return Split(
            training: order.dropFirst(kept + rest).sorted(), validation: order.prefix(kept).sorted(),
            calibration: order.dropFirst(kept).prefix(rest).sorted())
    }

    /// The last rows are those that the user kept apart: they decide when to stop, and some of them calibrate.
    static func split(rows: Int, keptApart: Int, calibrationPart: Double) -> Split {
        let training = rows - keptApart
        let calibration = min(Int((Double(keptApart) * calibrationPart).rounded()), keptApart - 1)
        return Split(
            training: Array(0..<training), validation: Array(training..<rows - calibration),
            calibration: Array(rows - calibration..<rows))
    }

    /// A share of the rows; of few rows a little more, of very many no more than 20,000.
    private static func count(_ share: Double, of rows: Int, least: Int) -> Int {
        let wanted = max(Int((Double(rows) * share).rounded()), min(least, rows / 6))
        return min(wanted, 20_000)
    }

    /// The order of the training rows in one epoch.
    static func epoch(_ rows: [Int], number: Int, seed: UInt64) -> [Int] {
        shuffled(rows, NoiseStream(seed: seed, purpose: .shuffle, index: UInt32(number)))
    }

    /// Fisher and Yates, with one word of the stream for each place.
    private static func shuffled(_ items: [Int], _ stream: NoiseStream) -> [Int] {
        var items = items
        let words = stream.words(items.count)
        for i in stride(from: items.count - 1, to: 0, by: -1) {
            items.swapAt(i, Int((UInt64(words[i]) * UInt64(i + 1)) >> 32))
        }
        return items
    }
}
