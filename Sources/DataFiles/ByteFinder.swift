/// Finds the next of four byte values, eight bytes at a time.
///
/// The lowest bit that is set in `(x − 0x01…) & ~x & 0x80…` marks the first zero byte of x; bits above it may be wrong
/// (Warren, Hacker's Delight, §6-1), which does not matter here.
struct ByteFinder {
    private let first: UInt64
    private let second: UInt64
    private let third: UInt64
    private let fourth: UInt64

    init(_ first: UInt8, _ second: UInt8, _ third: UInt8, _ fourth: UInt8) {
        self.first = UInt64(first) &* lowBits
        self.second = UInt64(second) &* lowBits
        self.third = UInt64(third) &* lowBits
        self.fourth = UInt64(fourth) &* lowBits
    }

    /// The place of the first such byte at `start` or behind it, or the count.
    @inline(__always)
    func next(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        guard let address = unsafe UnsafeRawPointer(bytes.baseAddress) else { return start }
        var position = start
        while position &+ 8 <= bytes.count {
            let word = unsafe address.loadUnaligned(fromByteOffset: position, as: UInt64.self)
            let marks = marks(in: UInt64(littleEndian: word))
            if marks != 0 { return position &+ marks.trailingZeroBitCount / 8 }
            position &+= 8
        }
        // Zero bytes fill the last word up; a mark in them lies at the count or behind.
        var word: UInt64 = 0
        for index in position..<bytes.count { unsafe word |= UInt64(bytes[index]) << UInt64(8 * (index - position)) }
        return min(position + marks(in: word).trailingZeroBitCount / 8, bytes.count)
    }

    /// A bit in each byte that is one of the four, exact up to the first.
    @inline(__always)
    private func marks(in word: UInt64) -> UInt64 {
        (zeroBytes(word ^ first) | zeroBytes(word ^ second) | zeroBytes(word ^ third) | zeroBytes(word ^ fourth))
            & highBits
    }

    @inline(__always)
    private func zeroBytes(_ word: UInt64) -> UInt64 { (word &- lowBits) & ~word }
}

private let lowBits: UInt64 = 0x0101_0101_0101_0101
private let highBits: UInt64 = 0x8080_8080_8080_8080
