import JSON
import VAE

/// What the architecture file of an import says: the architecture as in `model.json`, and what PyTorch calls its parts.
struct PyTorchDescription: Equatable, Sendable {
    let inputShape: [Int]
    let architecture: Architecture
    let names: ModuleNames

    private static let keys = ["input", "likelihood", "heads", "prefix", "ignore"] + NetworkDescription.keys

    /// - Parameter file: for messages.
    init(json bytes: [UInt8], file: String) throws(ModelStorageError) {
        self = try ModelStorageError.reading(file) { try Self(JSONDocument(bytes).root) }
    }

    private init(_ root: JSONElement) throws {
        try root.allow(Self.keys)
        let network = try NetworkDescription(root, notes: ModuleNames.notes)
        inputShape = try root.member("input").ints()
        architecture = try network.architecture(
            inputDimension: ModelDescription.dimension(inputShape), inputShape: inputShape,
            likelihood: Self.likelihood(root.member("likelihood")))
        names = try Self.names(root, network)
    }

    private static func likelihood(_ element: JSONElement) throws -> LikelihoodSpecification {
        let likelihood = try ModelDescription.likelihood(element)
        if case .columns = likelihood {
            throw ModelStorageError.badValue(
                path: "\(element.path).type", got: "'columns'", expected: "a likelihood of vectors, such as 'bernoulli'"
            )
        }
        return likelihood
    }

    private static func names(_ root: JSONElement, _ network: NetworkDescription) throws -> ModuleNames {
        var names = ModuleNames()
        var counter = ModuleCounter("encoder.0")
        try names.read(root.member("encoder"), network.encoder, chain: "encoder", &counter)
        counter = ModuleCounter("decoder.0")
        try names.read(root.member("decoder"), network.decoder, chain: "decoder", &counter)
        if let output = try root.optionalMember("output") {
            try names.add(output, "decoder.output", &counter)
        } else {
            try names.addOutput(counter)
        }
        // The heads of two levels have Elbo's names; of one they must be told, since no name says log σ² or log σ.
        if network.hierarchy == nil { names.heads = try PosteriorHeads(root.member("heads"), network.isDeterministic) }
        let prefix = try root.optionalMember("prefix")?.string() ?? ""
        names.prefix = prefix.isEmpty || prefix.hasSuffix(".") ? prefix : "\(prefix)."
        names.ignored = try root.optionalMember("ignore")?.strings() ?? []
        return names
    }
}

extension PosteriorHeads {
    fileprivate init(_ element: JSONElement, _ isDeterministic: Bool) throws {
        if try element.optionalMember("split") != nil {
            self = try Self.split(element)
            if isDeterministic { throw Self.twoForOne(element) }
            return
        }
        try element.allow(["mean"] + Spread.allCases.map(\.rawValue))
        let spreads = try Spread.allCases.compactMap { kind in
            try element.optionalMember(kind.rawValue).map { try (name: $0.string(), kind: kind) }
        }
        guard spreads.count == (isDeterministic ? 0 : 1) else { throw Self.twoForOne(element) }
        self = try .two(
            mean: element.member("mean").string(), spread: spreads.first?.name, spreads.first?.kind ?? .logVariance)
    }

    private static func twoForOne(_ element: JSONElement) -> ModelStorageError {
        .badValue(
            path: element.path, got: "not one of them",
            expected:
                "'mean' with 'log_variance' or 'log_sigma', or 'split' with 'order'; of a deterministic code 'mean'")
    }

    private static func split(_ element: JSONElement) throws -> PosteriorHeads {
        try element.allow(["split", "order"])
        let order = try element.member("order")
        let words = try order.strings()
        let spread = words.compactMap(Spread.init).first
        guard words.count == 2, words.contains("mean"), let spread else {
            throw ModelStorageError.badValue(
                path: order.path, got: "\(words)", expected: "\"mean\" and \"log_variance\" or \"log_sigma\"")
        }
        return try .split(element.member("split").string(), meanIsFirst: words[0] == "mean", spread)
    }
}
