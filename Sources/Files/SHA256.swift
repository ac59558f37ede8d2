/// The digest that says which bytes a model was made from.
///
/// Source: FIPS 180-4, sections 4.1.2, 4.2.2 and 6.2.
package struct SHA256 {
    private var state: [UInt32] = [
        0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
    ]
    /// The message schedule, W.
    private var schedule = [UInt32](repeating: 0, count: 64)
    /// The bytes that do not fill a block yet.
    private var rest: [UInt8] = []
    private var byteCount: UInt64 = 0

    private static let blockSize = 64

    package init() {}

    package mutating func update(_ bytes: [UInt8]) {
        byteCount += UInt64(bytes.count)
        var position = 0
        if !rest.isEmpty {
            position = min(Self.blockSize - rest.count, bytes.count)
            rest.append(contentsOf: bytes[..<position])
            guard rest.count == Self.blockSize else { return }
            compress(rest, at: 0)
            rest.removeAll(keepingCapacity: true)
        }
        while position + Self.blockSize <= bytes.count {
            compress(bytes, at: position)
            position += Self.blockSize
        }
        rest.append(contentsOf: bytes[position...])
    }

    /// The digest of everything so far, in lower-case hexadecimal.
    package consuming func hexadecimal() -> String {
        finish().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// A one bit, zeros, and the length in bits fill the last block (section 5.1.1).
    private mutating func finish() -> [UInt8] {
        let bitCount = byteCount * 8
        let zeroCount = (Self.blockSize + 55 - rest.count) % Self.blockSize
        update([0x80] + [UInt8](repeating: 0, count: zeroCount) + Self.bigEndian(bitCount))
        return state.flatMap(Self.bigEndian)
    }

    private static func bigEndian<Word: FixedWidthInteger>(_ word: Word) -> [UInt8] {
        stride(from: Word.bitWidth - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> $0) }
    }

    // MARK: One block

    private mutating func compress(_ bytes: [UInt8], at position: Int) {
        expand(bytes, at: position)
        var (a, b, c, d) = (state[0], state[1], state[2], state[3])
        var (e, f, g, h) = (state[4], state[5], state[6], state[7])
        for round in 0..<64 {
            let choice = (e & f) ^ (~e & g)
            let majority = (a & b) ^ (a & c) ^ (b & c)
            let first = h &+ rotations(e, 6, 11, 25) &+ choice &+ roundConstants[round] &+ schedule[round]
            let second = rotations(a, 2, 13, 22) &+ majority
            (h, g, f, e, d, c, b, a) = (g, f, e, d &+ first, c, b, a, first &+ second)
        }
        for (index, word) in [a, b, c, d, e, f, g, h].enumerated() { state[index] &+= word }
    }

    private mutating func expand(_ bytes: [UInt8], at position: Int) {
        for word in 0..<16 {
            let byte = position + 4 * word
            schedule[word] =
                UInt32(bytes[byte]) << 24 | UInt32(bytes[byte + 1]) << 16 | UInt32(bytes[byte + 2]) << 8
                | UInt32(bytes[byte + 3])
        }
        for word in 16..<64 {
            let (old, recent) = (schedule[word - 15], schedule[word - 2])
            let oldMix = rotated(old, 7) ^ rotated(old, 18) ^ (old >> 3)
            let recentMix = rotated(recent, 17) ^ rotated(recent, 19) ^ (recent >> 10)
            schedule[word] = schedule[word - 16] &+ oldMix &+ schedule[word - 7] &+ recentMix
        }
    }
}

@inline(__always)
private func rotated(_ word: UInt32, _ count: UInt32) -> UInt32 {
    word &>> count | word &<< (32 &- count)
}

@inline(__always)
private func rotations(_ word: UInt32, _ first: UInt32, _ second: UInt32, _ third: UInt32) -> UInt32 {
    rotated(word, first) ^ rotated(word, second) ^ rotated(word, third)
}

/// K of section 4.2.2.
private let roundConstants: [UInt32] = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
    0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
    0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
    0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
    0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
    0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
    0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
    0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
]
