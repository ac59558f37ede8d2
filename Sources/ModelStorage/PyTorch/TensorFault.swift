import Safetensors

/// How a tensor of a state dict is not what the architecture needs. Names are those of the state dict.
package enum TensorFault: Error, Equatable {
    case missing(String, shape: [Int])
    case extra(String, shape: [Int])
    case shape(String, expected: [Int], got: [Int])
    case notFinite(String, index: Int)
    case unreadable(SafetensorsError)
}

extension TensorFault: CustomStringConvertible {
    package var description: String {
        switch self {
        case .missing(let name, let shape): "missing: \(Self.shown(name)), of shape \(shape)"
        case .extra(let name, let shape): "extra: \(Self.shown(name)), of shape \(shape)"
        case .shape(let name, let expected, let got):
            "another shape: \(Self.shown(name)), expected \(expected), got \(got)"
        case .notFinite(let name, let index): "not finite: \(Self.shown(name)), at element \(index)"
        case .unreadable(let error): "unreadable: \(error)"
        }
    }

    /// A stranger's file must not steer a terminal.
    private static func shown(_ name: String) -> String {
        let isPlain = name.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
        return isPlain ? name : name.debugDescription
    }
}
