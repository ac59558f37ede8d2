import Testing

@testable import ONNX

/// The bytes are those of https://protobuf.dev/programming-guides/encoding, where not said otherwise.
@Suite struct ProtobufWriterTests {
    private func bytes(_ write: (inout ProtobufWriter) -> Void) -> [UInt8] {
        var writer = ProtobufWriter()
        write(&writer)
        return writer.bytes
    }

    @Test func aNumberTakesSevenBitsAByte() {
        #expect(bytes { $0.int(1, 150) } == [0x08, 0x96, 0x01])
        #expect(bytes { $0.int(1, 0) } == [0x08, 0x00])
        #expect(bytes { $0.int(1, 127) } == [0x08, 0x7F])
        #expect(bytes { $0.int(1, 128) } == [0x08, 0x80, 0x01])
    }

    @Test func aNegativeNumberTakesTenBytes() {
        #expect(bytes { $0.int(1, -2) } == [0x08, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01])
    }

    @Test func textHasItsLengthBefore() {
        #expect(bytes { $0.string(2, "testing") } == [0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6E, 0x67])
        #expect(bytes { $0.string(2, "") } == [0x12, 0x00])
        // Two bytes of UTF-8.
        #expect(bytes { $0.string(2, "µ") } == [0x12, 0x02, 0xC2, 0xB5])
    }

    @Test func aMessageIsAFieldLikeText() {
        #expect(bytes { $0.message(3) { $0.int(1, 150) } } == [0x1A, 0x03, 0x08, 0x96, 0x01])
    }

    @Test func manyNumbersShareATag() {
        #expect(bytes { $0.ints(6, [3, 270, 86942]) } == [0x32, 0x06, 0x03, 0x8E, 0x02, 0x9E, 0xA7, 0x05])
        #expect(bytes { $0.ints(6, []) } == [0x32, 0x00])
    }

    @Test func singlePrecisionIsLittleEndian() {
        // 1 is 0x3F800000, −2 is 0xC0000000 (IEEE 754).
        #expect(bytes { $0.float(2, 1) } == [0x15, 0x00, 0x00, 0x80, 0x3F])
        #expect(bytes { $0.floatData(9, [1, -2]) } == [0x4A, 0x08, 0x00, 0x00, 0x80, 0x3F, 0x00, 0x00, 0x00, 0xC0])
    }

    @Test func fieldsAboveFifteenTakeTwoBytes() {
        #expect(bytes { $0.int(20, 2) } == [0xA0, 0x01, 0x02])
    }
}
