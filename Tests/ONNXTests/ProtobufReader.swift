/// Protocol buffers read back, field by field: as much as the tests need.
struct ProtobufReader {
    enum Field: Equatable {
        case number(UInt64)
        case bits(UInt32)
        case bytes([UInt8])
    }

    let fields: [(number: Int, value: Field)]

    /// - Returns: nil for bytes that are no message.
    init?(_ bytes: [UInt8]) {
        var (rest, fields) = (bytes[...], [(number: Int, value: Field)]())
        while !rest.isEmpty {
            guard let tag = Self.varint(&rest) else { return nil }
            let number = Int(tag >> 3)
            switch tag & 7 {
            case 0:
                guard let value = Self.varint(&rest) else { return nil }
                fields.append((number, .number(value)))
            case 2:
                guard let count = Self.varint(&rest), count <= rest.count else { return nil }
                fields.append((number, .bytes(Array(rest.prefix(Int(count))))))
                rest = rest.dropFirst(Int(count))
            case 5:
                guard rest.count >= 4 else { return nil }
                let bits = rest.prefix(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
                fields.append((number, .bits(bits)))
                rest = rest.dropFirst(4)
            default: return nil
            }
        }
        self.fields = fields
    }

    private static func varint(_ rest: inout ArraySlice<UInt8>) -> UInt64? {
        var (value, shift) = (UInt64(0), UInt64(0))
        while let byte = rest.popFirst() {
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        return nil
    }

    func all(_ number: Int) -> [[UInt8]] {
        fields.compactMap { field in
            if field.number == number, case .bytes(let bytes) = field.value { bytes } else { nil }
        }
    }

    func messages(_ number: Int) -> [ProtobufReader] { all(number).compactMap { ProtobufReader($0) } }

    func texts(_ number: Int) -> [String] { all(number).map { String(decoding: $0, as: UTF8.self) } }

    func number(_ number: Int) -> UInt64? {
        for field in fields where field.number == number {
            if case .number(let value) = field.value { return value }
        }
        return nil
    }
}
