import JSON

/// The service and its models as OpenAPI 3.1 describes them. Source: spec.openapis.org/oas/v3.1.1.
struct OpenAPIDocument: Sendable {
    private let models: [APIModel]
    private let service: APIService
    private let omission: String?
    let operations: [APIOperation]

    init(_ registry: ModelRegistry) {
        models = APIModel.all(registry)
        service = APIService(models: models)
        omission = APIModel.omission(registry)
        operations =
            service.operations + models.flatMap(\.operations) + APIVersions(models: models).operations
            + APIOpenInference(models: models).operations
    }

    /// - Throws: `ServiceError.unprintableAnswer`.
    func bytes() throws(ServiceError) -> [UInt8] {
        do {
            return try root.bytes() + [UInt8(ascii: "\n")]
        } catch {
            throw .unprintableAnswer
        }
    }

    private var root: DocumentNode {
        .members([
            ("openapi", "3.1.0"),
            (
                "info",
                [
                    "title": "Elbo", "version": "1",
                    "description": .string(description),
                    "license": ["name": "Apache 2.0", "identifier": "Apache-2.0"],
                ]
            ),
            ("servers", [["url": "/"]]),
            // A key where the server asks for one.
            ("security", [[:], ["key": []]]),
            ("tags", .array(tags)),
            ("paths", .members(paths)),
            ("components", components),
        ])
    }

    private var description: String {
        let service = "Variational autoencoders over HTTP: encode, decode, reconstruct, sample, interpolate and score."
        return omission.map { "\(service) \($0)" } ?? service
    }

    private var tags: [DocumentNode] {
        func tag(_ name: String, _ text: String) -> DocumentNode {
            ["name": .string(name), "description": .string(text)]
        }
        return [tag(APIService.tag, "What is there.")] + models.map { tag($0.tag, $0.text) }
            + [
                tag(APIVersions.tag, "A certain version of a model."),
                tag(APIOpenInference.tag, "Version 2, with its extensions, for the clients of Triton and KServe."),
            ]
    }

    private var paths: [(String, DocumentNode?)] {
        var (paths, places) = ([(String, [DocumentNode.Member])](), [String: Int]())
        for operation in operations {
            let member = DocumentNode.Member(name: operation.method, value: operation.node)
            if let place = places[operation.path] {
                paths[place].1.append(member)
            } else {
                places[operation.path] = paths.count
                paths.append((operation.path, [member]))
            }
        }
        return paths.map { ($0.0, .object($0.1)) }
    }

    private var components: DocumentNode {
        [
            "schemas": .members(
                APIErrors.schemas + service.schemas + models.flatMap(\.schemas)
                    + APIOpenInference(models: models).schemas),
            "responses": .members(APIErrors.components),
            "securitySchemes": APIService.securitySchemes,
        ]
    }
}
