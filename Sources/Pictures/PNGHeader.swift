/// What the first bytes of a PNG say of it.
struct PNGHeader {
    let size: PictureSize

    /// ISO/IEC 15948 §5.2.
    private static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    /// The first chunk: 13 bytes, "IHDR".
    private static let start: [UInt8] = [0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]

    init(_ bytes: [UInt8]) throws(PNGError) {
        guard bytes.starts(with: Self.signature) else { throw .notPNG }
        guard bytes.count >= 33 else { throw .damaged(reason: "it ends too early") }
        guard bytes[8..<16].elementsEqual(Self.start) else { throw .damaged(reason: "it begins with no header") }
        size = PictureSize(width: Self.number(bytes[16..<20]), height: Self.number(bytes[20..<24]))
        guard size.width > 0, size.height > 0 else { throw .damaged(reason: "it has no pixels") }
        guard size.isAllowed else { throw .tooLarge(size) }
        if Self.isAnimated(bytes) { throw .animated }
    }

    func check(_ expected: PictureSize) throws(PNGError) {
        guard size == expected else { throw .wrongSize(expected: expected, got: size) }
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }

    /// Whether a chunk before the pixels says that there are several pictures (PNG, third edition, §11.3.6).
    private static func isAnimated(_ bytes: [UInt8]) -> Bool {
        var place = signature.count
        while place + 8 <= bytes.count {
            let type = bytes[place + 4..<place + 8]
            if type.elementsEqual("acTL".utf8) { return true }
            if type.elementsEqual("IDAT".utf8) { return false }
            place += 12 + number(bytes[place..<place + 4])
        }
        return false
    }
}
