import JSON
import Kernels
import VAE

extension [LayerSpecification] {
    func write(to writer: inout JSONWriter) throws(JSONError) {
        try writer.array { writer throws(JSONError) in
            for layer in self { try layer.write(to: &writer) }
        }
    }
}

extension LayerSpecification {
    fileprivate func write(to writer: inout JSONWriter) throws(JSONError) {
        try writer.object { writer throws(JSONError) in
            switch self {
            case .dense(let layer):
                writer.member("type", "dense")
                writer.member("units", layer.units)
                writer.member("activation", layer.activation.rawValue)
            case .gatedDense(let layer):
                writer.member("type", "gated_dense")
                writer.member("units", layer.units)
            case .convolution(let layer): layer.writeMembers(to: &writer)
            case .pool(let layer):
                writer.member("type", layer.measure == .largest ? "max_pool" : "average_pool")
                writer.window(layer.window, size: "size")
            case .upsample(let layer):
                writer.member("type", "upsample")
                writer.member("factor", layer.factor)
            case .flatten: writer.member("type", "flatten")
            case .reshape(let layer):
                writer.member("type", "reshape")
                writer.key("shape")
                writer.ints([layer.channels, layer.height, layer.width])
            case .batchNorm(let layer):
                writer.member("type", "batch_norm")
                writer.member("activation", layer.activation.rawValue)
            case .groupNorm(let layer): layer.writeMembers(to: &writer)
            case .dropout(let layer):
                writer.member("type", "dropout")
                writer.key("rate")
                try writer.double(layer.rate)
            case .activation(let layer):
                writer.member("type", "activation")
                writer.member("activation", layer.activation.rawValue)
            case .residual(let layer):
                writer.member("type", "residual")
                writer.key("layers")
                try layer.layers.write(to: &writer)
                writer.member("activation", layer.activation.rawValue)
            }
        }
    }
}

extension ConvolutionSpecification {
    fileprivate func writeMembers(to writer: inout JSONWriter) {
        let type = direction == .forward ? "conv2d" : "conv_transpose2d"
        writer.member("type", nonlinearity == .gated ? "gated_\(type)" : type)
        writer.member("channels", channels)
        writer.window(window, size: "kernel")
        direction.writeMember(to: &writer)
        if case .activation(let activation) = nonlinearity { writer.member("activation", activation.rawValue) }
    }
}

extension ConvolutionSpecification.Direction {
    fileprivate func writeMember(to writer: inout JSONWriter) {
        if case .transposed(let more) = self { writer.extent("output_padding", more) }
    }
}

extension GroupNormSpecification {
    fileprivate func writeMembers(to writer: inout JSONWriter) {
        switch extent {
        case .groups(let groups):
            writer.member("type", "group_norm")
            writer.member("groups", groups)
        case .record: writer.member("type", "layer_norm")
        }
        writer.member("activation", activation.rawValue)
    }
}

extension OutputSpecification {
    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            switch self {
            case .dense: writer.member("type", "dense")
            case .convolution(let window, let direction):
                writer.member("type", direction == .forward ? "conv2d" : "conv_transpose2d")
                writer.window(window, size: "kernel")
                direction.writeMember(to: &writer)
            }
        }
    }
}

extension JSONWriter {
    fileprivate mutating func member(_ key: String, _ value: String) {
        self.key(key)
        string(value)
    }

    fileprivate mutating func member(_ key: String, _ value: Int) {
        self.key(key)
        int(value)
    }

    /// One number where both are the same.
    fileprivate mutating func extent(_ key: String, _ extent: Extent) {
        self.key(key)
        if extent.height == extent.width { int(extent.height) } else { ints(extent.sides) }
    }

    fileprivate mutating func window(_ window: WindowSpecification, size: String) {
        extent(size, window.size)
        extent("stride", window.stride)
        extent("padding", window.padding)
    }
}
