/// Operators in the order in which they compute, constants, and what comes in and goes out.
///
/// Field numbers are those of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3
struct Graph {
    private let name: String
    private var nodes = ProtobufWriter()
    private var constants = ProtobufWriter()
    private var inputs = ProtobufWriter()
    private var outputs = ProtobufWriter()
    private var count = 0
    /// Constants that are there already.
    private var known: Set<String> = []

    /// `LayerNormalization` came with opset 17; ONNX Runtime reads this IR version since 1.10.
    private static let (opset, irVersion) = (17, 8)

    init(_ name: String) { self.name = name }

    /// Appends an operator.
    ///
    /// - Parameter output: its name; nil for one of no meaning.
    /// - Returns: the output's name.
    @discardableResult mutating func node(
        _ type: String, _ inputs: [String], _ attributes: [Attribute] = [], output: String? = nil
    ) -> String {
        let output = output ?? "\(type)_\(count)"
        let name = "node_\(count)"
        count += 1
        nodes.message(1) { node in
            for input in inputs { node.string(1, input) }
            node.string(2, output)
            node.string(3, name)
            node.string(4, type)
            for attribute in attributes { node.message(5) { attribute.write(to: &$0) } }
        }
        return output
    }

    /// A constant; one name is one constant.
    mutating func constant(_ name: String, shape: [Int], _ values: [Float]) -> String {
        guard known.insert(name).inserted else { return name }
        constants.message(5) { tensor in
            tensor.ints(1, shape)
            tensor.int(2, ElementType.float.rawValue)
            tensor.string(8, name)
            tensor.floatData(9, values)
        }
        return name
    }

    mutating func constant(_ name: String, _ value: Float) -> String { constant(name, shape: [], [value]) }

    mutating func constant(_ name: String, _ values: [Int]) -> String {
        guard known.insert(name).inserted else { return name }
        constants.message(5) { tensor in
            tensor.ints(1, [values.count])
            tensor.int(2, ElementType.int64.rawValue)
            tensor.ints(7, values)
            tensor.string(8, name)
        }
        return name
    }

    /// Rows of numbers, as many as there are; nil for one number a row.
    mutating func input(_ name: String, columns: Int?, _ type: ElementType = .float) {
        inputs.message(11) { Self.write(name, columns, type, to: &$0) }
    }

    mutating func output(_ name: String, columns: Int?) {
        outputs.message(12) { Self.write(name, columns, .float, to: &$0) }
    }

    /// `ValueInfoProto`.
    private static func write(_ name: String, _ columns: Int?, _ type: ElementType, to writer: inout ProtobufWriter) {
        writer.string(1, name)
        writer.message(2) { value in
            value.message(1) { tensor in
                tensor.int(1, type.rawValue)
                tensor.message(2) { shape in
                    shape.message(1) { $0.string(2, "batch") }
                    if let columns { shape.message(1) { $0.int(1, columns) } }
                }
            }
        }
    }

    /// `ModelProto`: a whole file.
    func model(_ description: String, version: String) -> [UInt8] {
        var writer = ProtobufWriter()
        writer.int(1, Self.irVersion)
        writer.string(2, "elbo")
        writer.string(3, version)
        writer.string(6, description)
        writer.message(7) { graph in
            graph.append(nodes)
            graph.string(2, name)
            graph.append(constants)
            graph.append(inputs)
            graph.append(outputs)
        }
        writer.message(8) { opset in
            opset.string(1, "")
            opset.int(2, Self.opset)
        }
        return writer.bytes
    }
}
