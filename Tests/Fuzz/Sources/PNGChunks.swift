/// The chunks of a PNG with right checks, so that mutations get past them.
enum PNGChunks {
    static func repaired(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        var start = 8
        while start + 12 <= bytes.count {
            let length = bytes[start..<(start + 4)].reduce(0) { $0 << 8 | Int($1) }
            let end = start + 8 + length
            guard end + 4 <= bytes.count else { break }
            let check = crc(bytes[(start + 4)..<end])
            for place in 0..<4 { bytes[end + place] = UInt8(truncatingIfNeeded: check >> (24 - 8 * place)) }
            start = end + 4
        }
        return bytes
    }

    private static func crc(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        ~bytes.reduce(~0) { crc, byte in
            (0..<8).reduce(crc ^ UInt32(byte)) { crc, _ in (crc >> 1) ^ (crc & 1 == 1 ? 0xEDB8_8320 : 0) }
        }
    }
}
