import JSON
import Kernels
import Records
import VAE

extension ModelDescription {
    static let file = "model.json"

    /// From the bytes of `model.json`, every key checked.
    init(json bytes: [UInt8]) throws(ModelStorageError) {
        self = try ModelStorageError.reading(Self.file) { try Self.read(JSONDocument(bytes).root) }
    }

    private static func read(_ root: JSONElement) throws -> ModelDescription {
        let format = try root.member("format").int()
        guard format == Self.format else {
            throw ModelStorageError.unsupportedFormat(got: format, supported: Self.format)
        }
        try root.allow([
            "format", "version", "architecture", "columns", "missing_tokens", "score", "provenance",
        ])
        let network = try root.member("architecture")
        let tokens = try root.optionalMember("missing_tokens")
        let schema = try root.optionalMember("columns").map { try Schema($0, missingTokens: tokens) }
        let inputShape = try schema.map { [$0.width] } ?? network.member("input").ints()
        let score = try root.optionalMember("score")
        try score?.allow(["seed", "samples", "calibration_sha256"])
        var description = try ModelDescription(
            version: root.optionalMember("version")?.string() ?? "1",
            architecture: architecture(
                network, inputDimension: schema.map { FeatureMap($0).width } ?? dimension(inputShape),
                inputShape: schema == nil ? inputShape : nil),
            inputShape: inputShape, schema: schema,
            scoreSeed: score?.optionalMember("seed")?.uint64() ?? 1,
            scoreSamples: samples(score?.optionalMember("samples")),
            provenance: Provenance(root.optionalMember("provenance")))
        description.calibrationDigest = try score?.optionalMember("calibration_sha256")?.string()
        return description
    }

    /// The numbers of a record; 0 of an empty shape, which an architecture refuses.
    static func dimension(_ shape: [Int]) throws -> Int {
        var product = 1
        for side in shape {
            guard (1...Architecture.largestDimension).contains(side) else {
                throw VAEError.dimensionOutOfRange(name: "architecture.input", value: side)
            }
            product *= side
            guard product <= Architecture.largestDimension else {
                throw VAEError.dimensionOutOfRange(name: "architecture.input", value: product)
            }
        }
        return shape.isEmpty ? 0 : product
    }

    private static func samples(_ element: JSONElement?) throws -> Int {
        guard let element else { return 16 }
        let samples = try element.int()
        guard (0...10_000).contains(samples) else {
            throw ModelStorageError.badValue(path: element.path, got: "\(samples)", expected: "0 to 10000")
        }
        return samples
    }

    private static func architecture(
        _ element: JSONElement, inputDimension: Int, inputShape: [Int]?
    ) throws -> Architecture {
        try element.allow(["input", "likelihood"] + NetworkDescription.keys)
        let network = try NetworkDescription(element)
        return try network.architecture(
            inputDimension: inputDimension, inputShape: inputShape, likelihood: likelihood(element.member("likelihood"))
        )
    }

    static func likelihood(_ element: JSONElement) throws -> LikelihoodSpecification {
        let type = try element.member("type")
        switch try type.string() {
        case "bernoulli":
            try element.allow(["type"])
            return .bernoulli
        case "continuous_bernoulli":
            try element.allow(["type"])
            return .continuousBernoulli
        case "discretized_logistic":
            try element.allow(["type", "levels", "sigma", "floor"])
            return try .discretizedLogistic(logisticScale(element))
        case "gaussian":
            try element.allow(["type", "sigma", "floor"])
            return try .gaussian(gaussianScale(element))
        case "columns":
            try element.allow(["type", "columns"])
            return try .columns(element.member("columns").elements().map { try ColumnFamily($0) })
        case let other:
            throw ModelStorageError.unknownValue(
                path: type.path, got: other, expected: LikelihoodSpecification.names)
        }
    }

    private static func gaussianScale(_ element: JSONElement) throws -> GaussianScale {
        let sigma = try element.member("sigma")
        if sigma.kind == .string {
            switch try sigma.string() {
            case "learned": return try .learned(floor: positive(element.member("floor")))
            case "shared": return try .shared(floor: positive(element.member("floor")))
            case let other:
                throw ModelStorageError.unknownValue(
                    path: sigma.path, got: other, expected: ["learned", "shared", "a number above 0"])
            }
        }
        guard try element.optionalMember("floor") == nil else {
            throw ModelStorageError.unknownKey(path: element.path, key: "floor", known: ["type", "sigma"])
        }
        return try .fixed(positive(sigma))
    }

    private static func logisticScale(_ element: JSONElement) throws -> LogisticScale {
        let (levels, sigma, limit) = try (
            element.member("levels"), element.member("sigma"), element.member("floor")
        )
        guard try levels.int() == 256 else {
            throw try ModelStorageError.badValue(path: levels.path, got: "\(levels.int())", expected: "256")
        }
        let (floor, floors) = (try limit.double(), LogisticScale.floors)
        guard floors.contains(floor) else {
            throw ModelStorageError.badValue(
                path: limit.path, got: "\(floor)", expected: "\(floors.lowerBound) to \(floors.upperBound)")
        }
        switch try sigma.string() {
        case "learned": return .learned(floor: floor)
        case "per_record": return .perRecord(floor: floor)
        case let other:
            throw ModelStorageError.unknownValue(
                path: sigma.path, got: other, expected: ["learned", "per_record"])
        }
    }

    private static func positive(_ element: JSONElement) throws -> Double {
        let value = try element.double()
        // Narrower than Float's range: its square and the square's inverse must be finite too.
        guard value >= 1e-15, value <= 1e15 else {
            throw ModelStorageError.badValue(path: element.path, got: "\(value)", expected: "1e-15 to 1e15")
        }
        return value
    }
}

extension Provenance {
    fileprivate init(_ element: JSONElement?) throws {
        self.init(command: "", data: [], seed: 0, metrics: [])
        guard let element else { return }
        try element.allow(["command", "data", "seed", "metrics"])
        command = try element.optionalMember("command")?.string() ?? ""
        seed = try element.optionalMember("seed")?.uint64() ?? 0
        data =
            try element.optionalMember("data")?.elements().map { item in
                try (
                    file: item.member("file").string(), sha256: item.member("sha256").string(),
                    rows: item.optionalMember("rows")?.int()
                )
            } ?? []
        metrics =
            try element.optionalMember("metrics")?.members().map { try (name: $0.key, value: $0.value.double()) }
            ?? []
    }
}

extension JSONElement {
    /// - Throws: `ModelStorageError.unknownKey` for a key that is none of these: most are typing errors.
    func allow(_ known: [String]) throws {
        for (key, _) in try members() where !known.contains(key) {
            throw ModelStorageError.unknownKey(path: path, key: key, known: known)
        }
    }
}
