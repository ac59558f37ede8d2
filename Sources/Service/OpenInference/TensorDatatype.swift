import Kernels

/// The datatypes of tensors, by their names in the protocol.
enum TensorDatatype: String, CaseIterable, Sendable {
    case bool = "BOOL"
    case uint8 = "UINT8"
    case uint16 = "UINT16"
    case uint32 = "UINT32"
    case uint64 = "UINT64"
    case int8 = "INT8"
    case int16 = "INT16"
    case int32 = "INT32"
    case int64 = "INT64"
    case fp16 = "FP16"
    case bf16 = "BF16"
    case fp32 = "FP32"
    case fp64 = "FP64"
    /// Text of any length.
    case bytes = "BYTES"

    /// How its numbers lie in binary tensors; nil for `BYTES`.
    var format: NumberFormat? {
        switch self {
        case .bool: .bool
        case .uint8: .uint8
        case .uint16: .uint16
        case .uint32: .uint32
        case .uint64: .uint64
        case .int8: .int8
        case .int16: .int16
        case .int32: .int32
        case .int64: .int64
        case .fp16: .float16
        case .bf16: .bfloat16
        case .fp32: .float32
        case .fp64: .float64
        case .bytes: nil
        }
    }

    /// The whole numbers that it holds; nil where numbers need not be whole.
    var range: ClosedRange<Double>? {
        switch self {
        case .bool: 0...1
        case .uint8: 0...255
        case .uint16: 0...65_535
        case .uint32: 0...0xFFFF_FFFF
        case .uint64: 0...0x1p64
        case .int8: -128...127
        case .int16: -32_768...32_767
        case .int32: -0x1p31...0x7FFF_FFFF
        case .int64: -0x1p63...0x1p63
        case .fp16, .bf16, .fp32, .fp64, .bytes: nil
        }
    }

    /// Its name in a model configuration.
    var configurationName: String { "TYPE_" + (self == .bytes ? "STRING" : rawValue) }
}
