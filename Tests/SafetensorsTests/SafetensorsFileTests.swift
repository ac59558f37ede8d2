import Files
import Safetensors
import Tensors
import Testing

@Suite struct SafetensorsFileTests {
    /// Written by the Python package; the script is beside the files.
    private static func fixture(_ name: String) -> String {
        "\(#filePath.split(separator: "/").dropLast(2).reduce("") { "\($0)/\($1)" })/Fixtures/safetensors/\(name)"
    }

    @Test func readsWhatPythonWrote() throws {
        let file = try SafetensorsFile(bytes: FileSystem.read(Self.fixture("numpy.safetensors")))
        #expect(file.metadata == ["format": "np", "note": "é \"quoted\""])
        #expect(file.names.count == 9)
        #expect(file.names.first == "decoder.0.bias")
        #expect(
            try file.float32("decoder.0.weight") == Tensor(shape: [2, 3], elements: [0, 0.25, 0.5, 0.75, 1, 1.25]))
        #expect(try file.float32("decoder.0.bias").elements.map(\.bitPattern) == [0x8000_0000, 0x3FC0_0000])
        #expect(try file.float32("half").elements == [0.099975586, -2, 65504, 5.9604645e-08])
        #expect(try file.float32("exact").elements == [0.5, -3])
        #expect(try file.float64("double").elements == [0.5, 1e300])
        #expect(try file.int64("steps").elements == [-1, 1 << 62])
        #expect(try file.uint8("mask") == Tensor(shape: [1, 3], elements: [1, 0, 255]))
        #expect(try file.float32("scalar") == Tensor(shape: [], elements: [7.25]))
        #expect(try file.float32("empty") == Tensor(shape: [0, 4], elements: []))
    }

    @Test func readsMisalignedBfloat16() throws {
        let file = try SafetensorsFile(bytes: FileSystem.read(Self.fixture("bfloat16.safetensors")))
        #expect(try file.float32("bfloat").elements == [1, -3.140625, .infinity])
        #expect(try file.type(of: "bfloat") == .bfloat16)
    }

    @Test func refusesWhatSinglePrecisionCannotHold() throws {
        let file = try SafetensorsFile(bytes: FileSystem.read(Self.fixture("numpy.safetensors")))
        #expect(throws: SafetensorsError.inexact(name: "double", index: 1, value: 1e300)) { try file.float32("double") }
        #expect(throws: SafetensorsError.wrongType(name: "mask", expected: "F32, F16, BF16 or F64", got: .uint8)) {
            try file.float32("mask")
        }
        #expect(throws: SafetensorsError.wrongType(name: "half", expected: "I64", got: .float16)) {
            try file.int64("half")
        }
    }

    @Test func tellsWhatThereIsWhenATensorIsMissing() throws {
        let file = try SafetensorsFile(bytes: FileSystem.read(Self.fixture("bfloat16.safetensors")))
        let error = #expect(throws: SafetensorsError.self) { try file.shape(of: "weight") }
        #expect(error == .missing(name: "weight", available: ["bfloat"]))
        #expect(error?.description == "there is no tensor \"weight\"; there are: bfloat")
    }

    // MARK: Broken files

    private func file(_ header: String, data: Int) -> [UInt8] {
        let size = UInt64(header.utf8.count)
        return (0..<8).map { UInt8(truncatingIfNeeded: size >> (8 * $0)) } + Array(header.utf8)
            + [UInt8](repeating: 1, count: data)
    }

    private static func tensor(_ shape: String, _ offsets: String, type: String = "F32") -> String {
        #"{"dtype":"\#(type)","shape":[\#(shape)],"data_offsets":[\#(offsets)]}"#
    }

    @Test(
        arguments: [
            (#"{"a":\#(tensor("1", "0,4", type: "F31"))}"#, 4, .unknownType(name: "a", type: "F31")),
            (#"{"a":\#(tensor("1", "4,0"))}"#, 4, .invalidOffsets(name: "a", got: [4, 0])),
            (#"{"a":\#(tensor("1", "-4,0"))}"#, 4, .invalidOffsets(name: "a", got: [-4, 0])),
            (#"{"a":\#(tensor("1", "0"))}"#, 4, .invalidOffsets(name: "a", got: [0])),
            (#"{"a":\#(tensor("1", "4,8"))}"#, 8, .hole(name: "a", expectedStart: 0, got: 4)),
            (
                #"{"a":\#(tensor("1", "0,4")),"b":\#(tensor("1", "8,12"))}"#, 12,
                .hole(name: "b", expectedStart: 4, got: 8)
            ),
            (
                #"{"a":\#(tensor("2", "0,8")),"b":\#(tensor("1", "4,8"))}"#, 8,
                .overlap(name: "b", expectedStart: 8, got: 4)
            ),
            (#"{"a":\#(tensor("2", "0,4"))}"#, 4, .sizeMismatch(name: "a", expected: 8, got: 4)),
            (#"{"a":\#(tensor("1", "0,4"))}"#, 3, .dataTooShort(expected: 4, got: 3)),
            (#"{"a":\#(tensor("1", "0,4"))}"#, 5, .trailingBytes(expected: 4, got: 5)),
            ("{}", 1, .trailingBytes(expected: 0, got: 1)),
            (#"{"a":\#(tensor("1", "0,4")),"a":\#(tensor("1", "0,4"))}"#, 4, .duplicateName("a")),
            (
                #"{"a":\#(tensor("4294967296,4294967296", "0,4"))}"#, 4,
                .invalidShape(
                    name: "a", reason: "a tensor of shape [4294967296, 4294967296] has too many elements to count")
            ),
            (
                #"{"a":\#(tensor("4611686018427387904", "0,4"))}"#, 4,
                .invalidShape(name: "a", reason: "[4611686018427387904] has too many bytes")
            ),
            (
                #"{"a":\#(tensor("-1", "0,4"))}"#, 4,
                .invalidShape(name: "a", reason: "the shape [-1] has a negative dimension")
            ),
            (
                #"{"a":{"shape":[1],"data_offsets":[0,4]}}"#, 4,
                .invalidHeader(reason: "a: the key \"dtype\" is missing")
            ),
            (
                #"{"__metadata__":{"x":1}}"#, 0,
                .invalidHeader(reason: "__metadata__.x: expected a string, got a number")
            ),
            ("[]", 0, .headerIsNoObject(firstByte: UInt8(ascii: "["))),
            (" {}", 0, .headerIsNoObject(firstByte: UInt8(ascii: " "))),
            (
                "{", 0,
                .invalidHeader(
                    reason: "line 1, column 2: expected a key in double quotes, found the end of the document")
            ),
            ("", 0, .headerIsNoObject(firstByte: nil)),
        ] as [(String, Int, SafetensorsError)])
    func refuses(header: String, data: Int, expected: SafetensorsError) {
        let error = #expect(throws: SafetensorsError.self) { try SafetensorsFile(bytes: file(header, data: data)) }
        #expect(error == expected)
        #expect(error?.description.isEmpty == false)
    }

    @Test func refusesAHeaderBeyondLimitOrFile() {
        let huge = [UInt8](repeating: 0xFF, count: 8)
        #expect(throws: SafetensorsError.headerTooLarge(limit: 100_000_000, got: .max)) {
            try SafetensorsFile(bytes: huge)
        }
        #expect(throws: SafetensorsError.headerBeyondFile(headerSize: 3, fileSize: 10)) {
            try SafetensorsFile(bytes: [3, 0, 0, 0, 0, 0, 0, 0, 0x7B, 0x7D])
        }
        #expect(throws: SafetensorsError.noHeader(fileSize: 7)) { try SafetensorsFile(bytes: Array(huge[..<7])) }
    }

    @Test func refusesEveryTruncation() throws {
        let bytes = try FileSystem.read(Self.fixture("numpy.safetensors"))
        for count in 0..<bytes.count {
            #expect(throws: SafetensorsError.self) { try SafetensorsFile(bytes: Array(bytes[..<count])) }
        }
    }

    @Test func changedBytesNeverCrash() throws {
        let bytes = try FileSystem.read(Self.fixture("numpy.safetensors"))
        for index in 0..<bytes.count - 100 {
            for change in [0x01, 0x10, 0x80, 0xFF] as [UInt8] {
                var changed = bytes
                changed[index] ^= change
                guard let file = try? SafetensorsFile(bytes: changed) else { continue }
                for name in file.names { _ = try? file.float32(name) }
            }
        }
    }
}
