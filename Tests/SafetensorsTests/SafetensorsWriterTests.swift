import Safetensors
import Tensors
import Testing

@Suite struct SafetensorsWriterTests {
    @Test func writesTheseBytes() throws {
        let bytes = SafetensorsWriter.bytes(tensors: ["a": .float32(try Tensor(shape: [1], elements: [1]))])
        let header = #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}  "#
        #expect(header.utf8.count % 8 == 0)
        #expect(bytes == [UInt8(header.utf8.count), 0, 0, 0, 0, 0, 0, 0] + Array(header.utf8) + [0, 0, 0x80, 0x3F])
    }

    @Test func readsBackTheSame() throws {
        let nan = Float(bitPattern: 0x7FC1_2345)
        let weights = try Tensor(shape: [2, 2], elements: [1, -0.0, nan, Float.infinity])
        let bytes = SafetensorsWriter.bytes(
            tensors: [
                "z": .float32(weights), "a": .uint8(try Tensor(shape: [3], elements: [1, 2, 3])),
                "steps": .int64(try Tensor(shape: [], elements: [-5])),
                "loss \"é\"": .float64(try Tensor(shape: [1, 1], elements: [0.1])),
                "none": .float32(try Tensor(shape: [0], elements: [])),
            ],
            metadata: ["format": "pt", "b": "\n"])
        let file = try SafetensorsFile(bytes: bytes)
        #expect(file.names == ["a", "loss \"é\"", "none", "steps", "z"])
        #expect(file.metadata == ["format": "pt", "b": "\n"])
        #expect(try file.float32("z").elements.map(\.bitPattern) == weights.elements.map(\.bitPattern))
        #expect(try file.float32("z").shape == [2, 2])
        #expect(try file.uint8("a").elements == [1, 2, 3])
        #expect(try file.int64("steps").elements == [-5])
        #expect(try file.float64("loss \"é\"").elements == [0.1])
        #expect(try file.float32("none").shape == [0])
    }

    @Test func writesTheSameBytesWhateverTheOrder() throws {
        let tensor = SafetensorsValue.float32(try Tensor(shape: [1], elements: [1]))
        let names = (0..<20).map { "layer.\($0)" }
        let forward = Dictionary(uniqueKeysWithValues: names.map { ($0, tensor) })
        let backward = Dictionary(uniqueKeysWithValues: names.reversed().map { ($0, tensor) })
        #expect(SafetensorsWriter.bytes(tensors: forward) == SafetensorsWriter.bytes(tensors: backward))
    }

    @Test func writesNoTensorsAtAll() throws {
        #expect(try SafetensorsFile(bytes: SafetensorsWriter.bytes(tensors: [:])).names == [])
    }
}
