import Kernels

/// Random orders that depend only on the seed and what they are for.
enum BatchOrder {
    /// The rows kept for validation (ascending) and the others.
    static func split(rows: Int, validationShare: Double, seed: UInt64) -> (training: [Int], validation: [Int]) {
        let order = shuffled(Array(0..<rows), NoiseStream(seed: seed, purpose: .split))
        // At least one row for each.
        let count = min(max(1, Int((Double(rows) * validationShare).rounded())), rows - 1)
        return (order.dropFirst(count).sorted(), order.prefix(count).sorted())
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
