/// The values that a column of words can have, and a fast way from a word's bytes to its place.
package struct Levels: Equatable, Sendable {
    /// In the order of their codes; no two the same.
    package let names: [String]
    private let buckets: [Int32]
    private let bytes: [[UInt8]]

    /// - Throws: `RecordError.duplicateLevel`.
    package init(_ names: [String]) throws(RecordError) {
        self.names = names
        bytes = names.map { Array($0.utf8) }
        var size = 4
        while size < 2 * names.count { size *= 2 }
        var buckets = [Int32](repeating: -1, count: size)
        for (place, name) in bytes.enumerated() {
            let bucket = Self.bucket(of: name.span, in: buckets, bytes)
            guard buckets[bucket] < 0 else { throw .duplicateLevel(names[place]) }
            buckets[bucket] = Int32(place)
        }
        self.buckets = buckets
    }

    package var count: Int { names.count }

    /// The place of a word, or nil for one that training did not see. Spaces around it do not count.
    package func place(of word: Span<UInt8>) -> Int? {
        let trimmed = word.extracting(word.core)
        if let place = exactPlace(of: trimmed) { return place }
        guard let canonical = CellText.canonicalNumber(trimmed) else { return nil }
        return exactPlace(of: Array(canonical.utf8).span)
    }

    package func place(of word: String) -> Int? { place(of: Array(word.utf8).span) }

    /// The place of a word that stands there byte by byte.
    package func exactPlace(of word: Span<UInt8>) -> Int? {
        let place = buckets[Self.bucket(of: word, in: buckets, bytes)]
        return place < 0 ? nil : Int(place)
    }

    /// The bucket that holds the word, or the empty one where it would be.
    private static func bucket(of word: Span<UInt8>, in buckets: [Int32], _ bytes: [[UInt8]]) -> Int {
        var bucket = Int(truncatingIfNeeded: word.hash) & (buckets.count - 1)
        while buckets[bucket] >= 0, !word.isEqual(to: bytes[Int(buckets[bucket])]) {
            bucket = (bucket + 1) & (buckets.count - 1)
        }
        return bucket
    }

    package static func == (a: Levels, b: Levels) -> Bool { a.names == b.names }
}

extension Span<UInt8> {
    /// Where the text is without spaces and tabs at both ends.
    var core: Range<Int> {
        var (start, end) = (0, count)
        while start < end, self[start] == 0x20 || self[start] == 0x09 { start += 1 }
        while end > start, self[end - 1] == 0x20 || self[end - 1] == 0x09 { end -= 1 }
        return start..<end
    }

    /// FNV-1a. Source: Fowler, Noll, Vo (RFC 9923).
    fileprivate var hash: UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for i in indices { hash = (hash ^ UInt64(self[i])) &* 0x100_0000_01B3 }
        return hash ^ (hash >> 32)
    }

    func isEqual(to other: [UInt8]) -> Bool {
        guard count == other.count else { return false }
        for i in indices where self[i] != other[i] { return false }
        return true
    }
}
