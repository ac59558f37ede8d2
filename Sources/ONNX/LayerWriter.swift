import Kernels
import VAE

/// Turns layers into operators. PyTorch's order of numbers is ONNX's, so the weights are written as they are.
struct LayerWriter {
    var graph: Graph
    private let parameters: Parameters<Float>

    init(_ graph: Graph, _ parameters: Parameters<Float>) {
        (self.graph, self.parameters) = (graph, parameters)
    }

    // MARK: Parameters

    func shape(_ name: String) -> [Int] {
        guard let entry = parameters.layout[name] else { preconditionFailure("no tensor named \(name)") }
        return entry.shape
    }

    mutating func tensor(_ name: String) -> String {
        graph.constant(name, shape: shape(name), parameters[name].values)
    }

    // MARK: Order

    mutating func flat(_ x: Value) -> String {
        x.order == .image ? graph.node("Flatten", [x.name], [Attribute("axis", .int(1))]) : x.name
    }

    /// An image where there is one, else a vector.
    mutating func either(_ x: Value) -> Value {
        guard case .planes(let shape) = x.order else { return x }
        let target = graph.constant("shape_\(shape.map(String.init).joined(separator: "x"))", [-1] + shape)
        return Value(graph.node("Reshape", [x.name, target]), .image)
    }

    // MARK: Layers

    /// - Parameter name: Elbo's of the chain, such as `encoder`.
    mutating func chain(_ layers: [LayerSpecification], _ name: String, _ x: Value) -> Value {
        var x = x
        for (i, layer) in layers.enumerated() { x = self.layer(layer, "\(name).\(i)", x) }
        return x
    }

    private mutating func layer(_ layer: LayerSpecification, _ name: String, _ x: Value) -> Value {
        switch layer {
        case .dense(let layer): return Value(graph.apply(layer.activation, dense(name, flat(x))), .vector)
        case .gatedDense:
            let x = flat(x)
            return Value(graph.gate(dense("\(name).value", x), dense("\(name).gate", x)), .vector)
        case .convolution(let layer): return Value(convolution(layer, name, either(x).name), .image)
        case .pool(let layer): return Value(pool(layer, either(x).name), .image)
        case .upsample(let layer): return Value(upsample(layer.factor, either(x).name), .image)
        case .batchNorm(let layer): return batchNorm(layer, name, either(x))
        case .groupNorm(let layer): return groupNorm(layer, name, either(x))
        case .activation(let layer):
            let x = either(x)
            return x.renamed(graph.apply(layer.activation, x.name))
        case .flatten: return Value(flat(x), .vector)
        case .reshape(let layer): return Value(flat(x), .planes([layer.channels, layer.height, layer.width]))
        case .dropout: return x
        case .residual(let layer): return residual(layer, name, either(x))
        }
    }

    /// W x + b
    mutating func dense(_ name: String, _ x: String, output: String? = nil) -> String {
        graph.node(
            "Gemm", [x, tensor("\(name).weight"), tensor("\(name).bias")], [Attribute("transB", .int(1))],
            output: output)
    }

    private mutating func convolution(_ layer: ConvolutionSpecification, _ name: String, _ x: String) -> String {
        switch layer.nonlinearity {
        case .activation(let activation):
            graph.apply(activation, convolution(name, layer.window, layer.direction, x))
        case .gated:
            graph.gate(
                convolution("\(name).value", layer.window, layer.direction, x),
                convolution("\(name).gate", layer.window, layer.direction, x))
        }
    }

    mutating func convolution(
        _ name: String, _ window: WindowSpecification, _ direction: ConvolutionSpecification.Direction, _ x: String
    ) -> String {
        let inputs = [x, tensor("\(name).weight"), tensor("\(name).bias")]
        guard case .transposed(let more) = direction else {
            return graph.node("Conv", inputs, Self.attributes(window))
        }
        return graph.node(
            "ConvTranspose", inputs, Self.attributes(window) + [Attribute("output_padding", .ints(more.sides))])
    }

    private static func attributes(_ window: WindowSpecification) -> [Attribute] {
        [
            Attribute("kernel_shape", .ints(window.size.sides)), Attribute("strides", .ints(window.stride.sides)),
            // Above and left, then below and right.
            Attribute("pads", .ints(window.padding.sides + window.padding.sides)),
        ]
    }

    private mutating func pool(_ layer: PoolSpecification, _ x: String) -> String {
        switch layer.measure {
        case .largest: graph.node("MaxPool", [x], Self.attributes(layer.window))
        case .mean:
            graph.node("AveragePool", [x], Self.attributes(layer.window) + [Attribute("count_include_pad", .int(1))])
        }
    }

    private mutating func upsample(_ factor: Int, _ x: String) -> String {
        let scales = graph.constant("scales_\(factor)", shape: [4], [1, 1, Float(factor), Float(factor)])
        return graph.node(
            "Resize", [x, "", scales],
            [
                Attribute("mode", .string("nearest")), Attribute("nearest_mode", .string("floor")),
                Attribute("coordinate_transformation_mode", .string("asymmetric")),
            ])
    }

    private mutating func residual(_ layer: ResidualSpecification, _ name: String, _ x: Value) -> Value {
        let inner = either(chain(layer.layers, name, x))
        return x.renamed(graph.apply(layer.activation, graph.node("Add", [inner.name, x.name])))
    }

    // MARK: Norms

    private static let epsilon = Attribute("epsilon", .float(Moments<Float>.epsilon))

    private mutating func batchNorm(_ layer: BatchNormSpecification, _ name: String, _ x: Value) -> Value {
        let tensors = ["weight", "bias", "running_mean", "running_var"].map { tensor("\(name).\($0)") }
        let y = graph.node("BatchNormalization", [x.name] + tensors, [Self.epsilon])
        return x.renamed(graph.apply(layer.activation, y))
    }

    private mutating func groupNorm(_ layer: GroupNormSpecification, _ name: String, _ x: Value) -> Value {
        let y =
            switch layer.extent {
            case .record:
                graph.node(
                    "LayerNormalization", [x.name, tensor("\(name).weight"), tensor("\(name).bias")],
                    [Attribute("axis", .int(1)), Self.epsilon])
            case .groups(let groups): grouped(groups, name, x)
            }
        return x.renamed(graph.apply(layer.activation, y))
    }

    /// Each group as one channel, normalised by itself, then γ and β: `GroupNormalization` came with opset 18.
    private mutating func grouped(_ groups: Int, _ name: String, _ x: Value) -> String {
        let shape = graph.node("Shape", [x.name])
        let parts = graph.node("Reshape", [x.name, graph.constant("groups_\(groups)", [0, groups, -1])])
        let ones = graph.constant("ones_\(groups)", shape: [groups], Array(repeating: 1, count: groups))
        let zeros = graph.constant("zeros_\(groups)", shape: [groups], Array(repeating: 0, count: groups))
        let norm = graph.node("InstanceNormalization", [parts, ones, zeros], [Self.epsilon])
        let whole = graph.node("Reshape", [norm, shape])
        return graph.node(
            "Add", [graph.node("Mul", [whole, channels("\(name).weight", x)]), channels("\(name).bias", x)])
    }

    /// One number for each channel, beside the pixels of an image.
    private mutating func channels(_ name: String, _ x: Value) -> String {
        let count = shape(name)[0]
        let sides = x.order == .image ? [count, 1, 1] : [count]
        return graph.constant(name, shape: sides, parameters[name].values)
    }
}
