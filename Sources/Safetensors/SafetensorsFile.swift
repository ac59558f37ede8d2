package import Tensors

/// Tensors by name, read from the safetensors format.
///
/// Everything the header says is checked against the data before any of it is touched. The data may be misaligned.
///
/// Source: https://github.com/huggingface/safetensors, "Format" and `safetensors/src/tensor.rs`.
package struct SafetensorsFile: Sendable {
    /// Free text of the writer's.
    package let metadata: [String: String]
    /// Sorted.
    package let names: [String]

    private let entries: [String: Header.Entry]
    private let region: ByteRegion
    /// Where the data begins in the region.
    private let dataStart: Int

    package init(bytes: [UInt8]) throws(SafetensorsError) {
        let region = ByteRegion(bytes: bytes)
        let headerRange = try Self.headerRange(in: region)
        let first = region.elements(headerRange.prefix(1), as: UInt8.self).first
        guard first == UInt8(ascii: "{") else { throw .headerIsNoObject(firstByte: first) }
        var header = try Header(json: region.elements(headerRange, spare: 64))
        try header.validate(dataSize: region.count - headerRange.upperBound)
        self.region = region
        dataStart = headerRange.upperBound
        metadata = header.metadata
        names = header.entries.map(\.name).sorted()
        entries = Dictionary(header.entries.map { ($0.name, $0) }) { first, _ in first }
    }

    private static func headerRange(in region: ByteRegion) throws(SafetensorsError) -> Range<Int> {
        guard region.count >= 8 else { throw .noHeader(fileSize: region.count) }
        let claimed = region.elements(0..<8, as: UInt64.self)[0]
        guard let size = Int(exactly: claimed), size <= Header.maximumSize else {
            throw .headerTooLarge(limit: Header.maximumSize, got: claimed)
        }
        guard size <= region.count - 8 else { throw .headerBeyondFile(headerSize: size, fileSize: region.count) }
        return 8..<(8 + size)
    }

    // MARK: Tensors

    package func type(of name: String) throws(SafetensorsError) -> ElementType {
        try entry(name).type
    }

    package func shape(of name: String) throws(SafetensorsError) -> [Int] {
        try entry(name).shape
    }

    /// A tensor of F32, or of F16, BF16 or F64 where every element is the same number in single precision.
    ///
    /// - Throws: `SafetensorsError.missing`, `.wrongType`, or `.inexact` for an F64 that would be rounded.
    package func float32(_ name: String) throws(SafetensorsError) -> Tensor<Float> {
        let entry = try entry(name)
        return switch entry.type {
        case .float32: tensor(entry, elements(entry))
        case .float16: tensor(entry, elements(entry, as: UInt16.self).map { Float(Float16(bitPattern: $0)) })
        case .bfloat16: tensor(entry, elements(entry, as: UInt16.self).map { Float(bitPattern: UInt32($0) << 16) })
        case .float64: tensor(entry, try narrowed(elements(entry), name: name))
        default: throw .wrongType(name: name, expected: "F32, F16, BF16 or F64", got: entry.type)
        }
    }

    /// A tensor of F64, exactly.
    package func float64(_ name: String) throws(SafetensorsError) -> Tensor<Double> {
        try tensor(name, of: .float64)
    }

    /// A tensor of I64, exactly.
    package func int64(_ name: String) throws(SafetensorsError) -> Tensor<Int64> {
        try tensor(name, of: .int64)
    }

    /// A tensor of U8, exactly.
    package func uint8(_ name: String) throws(SafetensorsError) -> Tensor<UInt8> {
        try tensor(name, of: .uint8)
    }

    private func tensor<Element: BitwiseCopyable & Sendable>(
        _ name: String, of type: ElementType
    ) throws(SafetensorsError) -> Tensor<Element> {
        let entry = try entry(name)
        guard entry.type == type else { throw .wrongType(name: name, expected: type.rawValue, got: entry.type) }
        return tensor(entry, elements(entry))
    }

    private func entry(_ name: String) throws(SafetensorsError) -> Header.Entry {
        guard let entry = entries[name] else { throw .missing(name: name, available: names) }
        return entry
    }

    private func elements<Element: BitwiseCopyable>(
        _ entry: Header.Entry, as type: Element.Type = Element.self
    ) -> [Element] {
        region.elements((dataStart + entry.range.lowerBound)..<(dataStart + entry.range.upperBound))
    }

    private func tensor<Element>(_ entry: Header.Entry, _ elements: [Element]) -> Tensor<Element> {
        do {
            return try Tensor(shape: entry.shape, elements: elements)
        } catch {
            preconditionFailure("the header was checked: \(error)")
        }
    }

    private func narrowed(_ values: [Double], name: String) throws(SafetensorsError) -> [Float] {
        var narrowed: [Float] = []
        narrowed.reserveCapacity(values.count)
        for (index, value) in values.enumerated() {
            guard value.isNaN || Double(Float(value)) == value else {
                throw .inexact(name: name, index: index, value: value)
            }
            narrowed.append(Float(value))
        }
        return narrowed
    }
}
