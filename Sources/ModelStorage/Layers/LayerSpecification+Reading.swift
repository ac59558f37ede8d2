import JSON
import Kernels
import VAE

// Layers in `model.json`: `type` and what the type has.

extension LayerSpecification {
    private static let types = [
        "dense", "gated_dense", "conv2d", "gated_conv2d", "conv_transpose2d", "gated_conv_transpose2d", "max_pool",
        "average_pool", "upsample", "flatten", "reshape", "batch_norm", "layer_norm", "group_norm", "dropout",
        "activation", "residual",
    ]

    /// No text is followed deeper; what is allowed is less, and the architecture says so.
    private static let deepest = 32

    /// What a layer of a type may say of itself; nil for a type that is not known.
    private static func keys(_ type: String) -> [String]? {
        switch type {
        case "dense": ["units", "activation"]
        case "gated_dense": ["units"]
        case "conv2d": windowKeys + ["channels", "activation"]
        case "gated_conv2d": windowKeys + ["channels"]
        case "conv_transpose2d": windowKeys + ["channels", "activation", "output_padding"]
        case "gated_conv_transpose2d": windowKeys + ["channels", "output_padding"]
        case "max_pool", "average_pool": ["size", "stride", "padding"]
        case "upsample": ["factor"]
        case "flatten": []
        case "reshape": ["shape"]
        case "batch_norm", "layer_norm", "activation": ["activation"]
        case "group_norm": ["groups", "activation"]
        case "dropout": ["rate"]
        case "residual": ["layers", "activation"]
        default: nil
        }
    }

    private static let windowKeys = ["kernel", "stride", "padding"]

    /// - Parameter notes: keys that layers may have besides their own, which others read.
    init(_ element: JSONElement, notes: [String] = [], depth: Int = 0) throws {
        let type = try element.member("type")
        guard let keys = try Self.keys(type.string()) else {
            throw try ModelStorageError.unknownValue(path: type.path, got: type.string(), expected: Self.types)
        }
        try element.allow(["type"] + keys + notes)
        switch try type.string() {
        case "dense": self = try .dense(DenseSpecification(element))
        case "gated_dense": self = try .gatedDense(GatedDenseSpecification(units: element.member("units").int()))
        case "conv2d": self = try .convolution(ConvolutionSpecification(element, isTransposed: false, isGated: false))
        case "gated_conv2d":
            self = try .convolution(ConvolutionSpecification(element, isTransposed: false, isGated: true))
        case "conv_transpose2d":
            self = try .convolution(ConvolutionSpecification(element, isTransposed: true, isGated: false))
        case "gated_conv_transpose2d":
            self = try .convolution(ConvolutionSpecification(element, isTransposed: true, isGated: true))
        case "max_pool": self = try .pool(PoolSpecification(.largest, window: element.poolWindow()))
        case "average_pool": self = try .pool(PoolSpecification(.mean, window: element.poolWindow()))
        case "upsample": self = try .upsample(factor: element.member("factor").int())
        case "flatten": self = .flatten
        case "reshape": self = try .reshape(ReshapeSpecification(element))
        case "batch_norm": self = try .batchNorm(element.activation(or: .identity))
        case "layer_norm": self = try .layerNorm(element.activation(or: .identity))
        case "group_norm":
            self = try .groupNorm(groups: element.member("groups").int(), element.activation(or: .identity))
        case "dropout": self = try .dropout(rate: element.member("rate").double())
        case "activation": self = try .activation(element.activation())
        case "residual": self = try .residual(ResidualSpecification(element, notes: notes, depth: depth))
        case let other: preconditionFailure("a type with keys and no reader: \(other)")
        }
    }

    fileprivate static func inner(
        _ element: JSONElement, notes: [String], depth: Int
    ) throws -> [LayerSpecification] {
        guard depth < deepest else {
            throw ModelStorageError.badValue(path: element.path, got: "more than \(deepest) deep", expected: "less")
        }
        return try element.elements().map { try LayerSpecification($0, notes: notes, depth: depth + 1) }
    }
}

extension DenseSpecification {
    fileprivate init(_ element: JSONElement) throws {
        try self.init(units: element.member("units").int(), activation: element.activation())
    }
}

extension ConvolutionSpecification {
    fileprivate init(_ element: JSONElement, isTransposed: Bool, isGated: Bool) throws {
        try self.init(
            channels: element.member("channels").int(), window: element.kernelWindow(),
            direction: isTransposed
                ? .transposed(outputPadding: element.extent("output_padding") ?? Extent(0)) : .forward,
            nonlinearity: isGated ? .gated : .activation(element.activation(or: .identity)))
    }
}

extension OutputSpecification {
    private static let types = ["dense", "conv2d", "conv_transpose2d"]

    /// - Parameter notes: keys that it may have besides its own, which others read.
    init(_ element: JSONElement, notes: [String] = []) throws {
        let type = try element.member("type")
        let keys = ["type", "kernel", "stride", "padding"] + notes
        switch try type.string() {
        case "dense":
            try element.allow(["type"] + notes)
            self = .dense
        case "conv2d":
            try element.allow(keys)
            self = try .convolution(element.kernelWindow(), .forward)
        case "conv_transpose2d":
            try element.allow(keys + ["output_padding"])
            let more = try element.extent("output_padding") ?? Extent(0)
            self = try .convolution(element.kernelWindow(), .transposed(outputPadding: more))
        case let other: throw ModelStorageError.unknownValue(path: type.path, got: other, expected: Self.types)
        }
    }
}

extension ReshapeSpecification {
    fileprivate init(_ element: JSONElement) throws {
        let member = try element.member("shape")
        let shape = try member.ints()
        guard shape.count == 3 else {
            throw ModelStorageError.badValue(path: member.path, got: "\(shape)", expected: "[channels, height, width]")
        }
        self.init(channels: shape[0], height: shape[1], width: shape[2])
    }
}

extension ResidualSpecification {
    fileprivate init(_ element: JSONElement, notes: [String], depth: Int) throws {
        try self.init(
            LayerSpecification.inner(element.member("layers"), notes: notes, depth: depth),
            activation: element.activation(or: .identity)
        )
    }
}

extension JSONElement {
    /// - Parameter fallback: where the key may be absent.
    fileprivate func activation(or fallback: Activation? = nil) throws -> Activation {
        if let fallback, try optionalMember("activation") == nil { return fallback }
        let element = try member("activation")
        let name = try element.string()
        guard let activation = Activation(rawValue: name) else {
            let known = Activation.allCases.map(\.rawValue)
            throw ModelStorageError.unknownValue(path: element.path, got: name, expected: known)
        }
        return activation
    }

    /// One number, or one for the height and one for the width.
    fileprivate func extent(_ key: String) throws -> Extent? {
        guard let element = try optionalMember(key) else { return nil }
        guard element.kind == .array else { return try Extent(element.int()) }
        let sides = try element.ints()
        guard sides.count == 2 else {
            throw ModelStorageError.badValue(
                path: element.path, got: "\(sides)", expected: "a number or [height, width]")
        }
        return Extent(height: sides[0], width: sides[1])
    }

    /// As PyTorch: a stride of 1 and no padding where nothing is said.
    fileprivate func kernelWindow() throws -> WindowSpecification {
        guard let kernel = try extent("kernel") else { throw JSONError.missing(path: path, key: "kernel") }
        return try WindowSpecification(
            size: kernel, stride: extent("stride") ?? Extent(1), padding: extent("padding") ?? Extent(0))
    }

    /// As PyTorch: windows side by side and no padding where nothing is said.
    fileprivate func poolWindow() throws -> WindowSpecification {
        guard let size = try extent("size") else { throw JSONError.missing(path: path, key: "size") }
        return try WindowSpecification(
            size: size, stride: extent("stride") ?? size, padding: extent("padding") ?? Extent(0))
    }
}
