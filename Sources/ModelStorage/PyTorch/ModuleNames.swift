import JSON
import VAE

/// What PyTorch calls the modules that a model's layers come from.
struct ModuleNames: Equatable, Sendable {
    /// By Elbo's name, such as `encoder.0`. What is not here has Elbo's name in the state dict too.
    private(set) var modules: [String: String] = [:]
    /// Elbo's names of layers without bias: theirs is 0.
    private(set) var withoutBias: Set<String> = []
    /// nil where there are two levels of latents, whose heads have Elbo's names.
    var heads: PosteriorHeads?
    /// Before every name of the state dict, such as `module.`; empty for none.
    var prefix = ""
    /// Modules and tensors of the state dict that are no part of the model.
    var ignored: [String] = []

    /// Keys of a layer beside those of `model.json`.
    static let notes = ["name", "bias"]

    /// Reads the names of layers; those without one count on from the layer before.
    ///
    /// - Parameters:
    ///   - layers: elements of the architecture file, as many as `specifications`.
    ///   - chain: Elbo's name of what holds them, such as `encoder`.
    ///   - counter: at the first module.
    /// - Throws: `ModelStorageError.unnamedLayer`.
    mutating func read(
        _ layers: JSONElement, _ specifications: [LayerSpecification], chain: String, _ counter: inout ModuleCounter
    ) throws {
        for (i, (element, layer)) in zip(try layers.elements(), specifications).enumerated() {
            let name = "\(chain).\(i)"
            try add(element, name, isNeeded: layer.hasTensors, &counter)
            if case .residual(let block) = layer {
                var inner = ModuleCounter(counter.name.map { "\($0).0" })
                try read(element.member("layers"), block.layers, chain: name, &inner)
            }
            counter.advance(by: layer.moduleCount)
        }
    }

    /// Reads the name of one layer.
    mutating func add(
        _ element: JSONElement, _ name: String, isNeeded: Bool = true, _ counter: inout ModuleCounter
    ) throws {
        if let given = try element.optionalMember("name") { counter = ModuleCounter(try given.string()) }
        if isNeeded && counter.name == nil {
            throw ModelStorageError.unnamedLayer(path: element.path, behind: counter.last)
        }
        modules[name] = counter.name
        if try element.optionalMember("bias")?.bool() == false { withoutBias.insert(name) }
    }

    /// Names the layer behind the decoder's layers where the file says nothing of it.
    mutating func addOutput(_ counter: ModuleCounter) throws {
        guard let name = counter.name else {
            throw ModelStorageError.unnamedLayer(path: "output", behind: counter.last)
        }
        modules["decoder.output"] = name
    }

    /// Where a tensor of Elbo's lies; nil for the bias of a layer that has none.
    func source(of entry: ParameterLayout.Entry) -> TensorSource? {
        guard var source = unprefixed(entry) else { return nil }
        source.name = prefix + source.name
        return source
    }

    private func unprefixed(_ entry: ParameterLayout.Entry) -> TensorSource? {
        let (module, tensor) = Self.split(entry.name)
        if let head = heads?.source(of: module, tensor: tensor, shape: entry.shape) { return head }
        // Behind the layer's own name may stand `.value` or `.gate`.
        var (layer, rest) = (module, tensor)
        while modules[layer] == nil, layer.contains(".") {
            let parts = Self.split(layer)
            (layer, rest) = (parts.module, "\(parts.tensor).\(rest)")
        }
        if tensor == "bias", withoutBias.contains(layer) { return nil }
        return TensorSource(modules[layer].map { "\($0).\(rest)" } ?? entry.name, shape: entry.shape)
    }

    private static func split(_ name: String) -> (module: String, tensor: String) {
        guard let dot = name.lastIndex(of: ".") else { return ("", name) }
        return (String(name[..<dot]), String(name[name.index(after: dot)...]))
    }

    func ignores(_ name: String) -> Bool {
        ignored.contains { name == $0 || name.hasPrefix("\($0).") }
    }
}
