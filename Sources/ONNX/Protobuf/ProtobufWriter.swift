/// Writes protocol buffers: fields one after the other, each a number, a wire type and a value.
///
/// Source: https://protobuf.dev/programming-guides/encoding
package struct ProtobufWriter {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    /// How a value's bytes are told apart from what follows.
    private enum WireType: UInt64 {
        case varint = 0
        case lengthDelimited = 2
        case fixed32 = 5
    }

    package mutating func int(_ field: Int, _ value: Int) {
        tag(field, .varint)
        varint(UInt64(bitPattern: Int64(value)))
    }

    package mutating func float(_ field: Int, _ value: Float) {
        tag(field, .fixed32)
        append(value)
    }

    package mutating func string(_ field: Int, _ value: String) {
        data(field, Array(value.utf8))
    }

    package mutating func data(_ field: Int, _ value: [UInt8]) {
        tag(field, .lengthDelimited)
        varint(UInt64(value.count))
        bytes.append(contentsOf: value)
    }

    /// Numbers one after the other under one tag.
    package mutating func ints(_ field: Int, _ values: [Int]) {
        var packed = ProtobufWriter()
        for value in values { packed.varint(UInt64(bitPattern: Int64(value))) }
        data(field, packed.bytes)
    }

    /// The bytes of single precision numbers, lowest first.
    package mutating func floatData(_ field: Int, _ values: [Float]) {
        tag(field, .lengthDelimited)
        varint(UInt64(4 * values.count))
        bytes.reserveCapacity(bytes.count + 4 * values.count)
        for value in values { append(value) }
    }

    package mutating func message(_ field: Int, _ write: (inout ProtobufWriter) -> Void) {
        var inner = ProtobufWriter()
        write(&inner)
        data(field, inner.bytes)
    }

    /// Messages that are written already, such as the fields of another part of the same message.
    package mutating func append(_ other: ProtobufWriter) {
        bytes.append(contentsOf: other.bytes)
    }

    private mutating func tag(_ field: Int, _ type: WireType) {
        varint(UInt64(field) << 3 | type.rawValue)
    }

    /// Seven bits a byte, lowest first; the eighth tells whether more follow. Negative numbers take ten bytes.
    private mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    private mutating func append(_ value: Float) {
        let bits = value.bitPattern
        bytes.append(UInt8(truncatingIfNeeded: bits))
        bytes.append(UInt8(truncatingIfNeeded: bits >> 8))
        bytes.append(UInt8(truncatingIfNeeded: bits >> 16))
        bytes.append(UInt8(truncatingIfNeeded: bits >> 24))
    }
}
