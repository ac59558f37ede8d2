internal import JSON

/// Writes the safetensors format, the same bytes for the same tensors.
package enum SafetensorsWriter {
    /// - Parameters:
    ///   - tensors: by name; `__metadata__` is not a name.
    ///   - metadata: free text, kept with the tensors.
    /// - Returns: a whole file.
    package static func bytes(tensors: [String: SafetensorsValue], metadata: [String: String] = [:]) -> [UInt8] {
        precondition(tensors["__metadata__"] == nil, "the format keeps this name for itself")
        let ordered = ordered(tensors)
        let header = header(ordered, metadata: metadata)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(8 + header.count + ordered.reduce(0) { $0 + $1.value.byteCount })
        append(UInt64(header.count), to: &bytes)
        bytes.append(contentsOf: header)
        for (_, value) in ordered { value.append(to: &bytes) }
        return bytes
    }

    /// Wide elements first, so that each tensor is aligned to its elements; then by name.
    private static func ordered(
        _ tensors: [String: SafetensorsValue]
    ) -> [(name: String, value: SafetensorsValue)] {
        tensors.map { (name: $0.key, value: $0.value) }
            .sorted { (-$0.value.type.size, $0.name) < (-$1.value.type.size, $1.name) }
    }

    /// Padded with spaces to a multiple of 8 bytes, so that the data is aligned.
    private static func header(
        _ tensors: [(name: String, value: SafetensorsValue)], metadata: [String: String]
    ) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            if !metadata.isEmpty { appendMetadata(metadata, to: &writer) }
            var offset = 0
            for (name, value) in tensors {
                writer.key(name)
                appendEntry(value, offset: offset, to: &writer)
                offset += value.byteCount
            }
        }
        let padding = (8 - writer.bytes.count % 8) % 8
        return writer.bytes + repeatElement(UInt8(ascii: " "), count: padding)
    }

    private static func appendMetadata(_ metadata: [String: String], to writer: inout JSONWriter) {
        writer.key("__metadata__")
        writer.object { writer in
            for (key, text) in metadata.sorted(by: { $0.key < $1.key }) {
                writer.key(key)
                writer.string(text)
            }
        }
    }

    private static func appendEntry(_ value: SafetensorsValue, offset: Int, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.key("dtype")
            writer.string(value.type.rawValue)
            writer.key("shape")
            writer.ints(value.shape)
            writer.key("data_offsets")
            writer.ints([offset, offset + value.byteCount])
        }
    }

    private static func append<Element: BitwiseCopyable>(_ element: Element, to bytes: inout [UInt8]) {
        unsafe withUnsafeBytes(of: element) { unsafe bytes.append(contentsOf: $0) }
    }
}
