import JSON
import VAE

// The prior and the levels of latents in `model.json`.

extension PriorSpecification {
    private static let types = ["standard_normal", "mixture", "vamp", "flow"]

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.key("type")
            writer.string(name)
            switch self {
            case .standard: break
            case .mixture(let components), .vamp(let components):
                writer.key("components")
                writer.int(components)
            case .flow(let couplings, let units):
                writer.key("couplings")
                writer.int(couplings)
                writer.key("units")
                writer.int(units)
            }
        }
    }

    init(_ element: JSONElement) throws {
        let type = try element.member("type")
        switch try type.string() {
        case "standard_normal":
            try element.allow(["type"])
            self = .standard
        case "mixture":
            try element.allow(["type", "components"])
            self = try .mixture(components: element.member("components").int())
        case "vamp":
            try element.allow(["type", "components"])
            self = try .vamp(components: element.member("components").int())
        case "flow":
            try element.allow(["type", "couplings", "units"])
            self = try .flow(couplings: element.member("couplings").int(), units: element.member("units").int())
        case let other: throw ModelStorageError.unknownValue(path: type.path, got: other, expected: Self.types)
        }
    }
}

extension HierarchySpecification {
    func write(to writer: inout JSONWriter) throws(JSONError) {
        try writer.object { writer throws(JSONError) in
            writer.key("latent_dimension")
            writer.int(latentDimension)
            for (key, layers) in [("top", top), ("posterior", posterior), ("prior", prior)] {
                writer.key(key)
                try layers.write(to: &writer)
            }
        }
    }

    init(_ element: JSONElement) throws {
        try element.allow(["latent_dimension", "top", "posterior", "prior"])
        func layers(_ key: String) throws -> [LayerSpecification] {
            try element.member(key).elements().map { try LayerSpecification($0) }
        }
        try self.init(
            latentDimension: element.member("latent_dimension").int(), top: layers("top"),
            posterior: layers("posterior"), prior: layers("prior"))
    }
}
