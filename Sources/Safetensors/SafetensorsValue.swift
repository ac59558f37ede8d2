package import Tensors

/// A tensor to be written, of one of the element types that are written.
package enum SafetensorsValue: Sendable {
    case float32(Tensor<Float>)
    case float64(Tensor<Double>)
    case int64(Tensor<Int64>)
    case uint8(Tensor<UInt8>)
}

extension SafetensorsValue {
    var type: ElementType {
        switch self {
        case .float32: .float32
        case .float64: .float64
        case .int64: .int64
        case .uint8: .uint8
        }
    }

    var shape: [Int] {
        switch self {
        case .float32(let tensor): tensor.shape
        case .float64(let tensor): tensor.shape
        case .int64(let tensor): tensor.shape
        case .uint8(let tensor): tensor.shape
        }
    }

    private var count: Int {
        switch self {
        case .float32(let tensor): tensor.elements.count
        case .float64(let tensor): tensor.elements.count
        case .int64(let tensor): tensor.elements.count
        case .uint8(let tensor): tensor.elements.count
        }
    }

    var byteCount: Int { count * type.size }

    func append(to bytes: inout [UInt8]) {
        switch self {
        case .float32(let tensor): append(tensor.elements, to: &bytes)
        case .float64(let tensor): append(tensor.elements, to: &bytes)
        case .int64(let tensor): append(tensor.elements, to: &bytes)
        case .uint8(let tensor): bytes.append(contentsOf: tensor.elements)
        }
    }

    private func append<Element: BitwiseCopyable>(_ elements: [Element], to bytes: inout [UInt8]) {
        unsafe elements.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
    }
}
