import HTTPServer
import JSON
import ModelStorage
import Testing

@testable import Service

/// What programs are told of the service: true of every path, every example and every answer.
@Suite(.offThePool, .timeLimit(.minutes(5))) struct OpenAPITests {
    private static let shared = Result {
        let models = try [
            TestModels.table(), TestModels.plain(), TestModels.pixels(), TestModels.colours(), TestModels.levels(),
            TestModels.autoencoder(), TestModels.conditional(), TestModels.told(), TestModels.orders(),
        ]
        return try TestService(models) { $0.defaultModel = "orders" }
    }
    private let service: TestService
    private let document: JSONElement

    init() throws {
        service = try Self.shared.get()
        document = try JSONDocument(service.get("/openapi.json").bytes).root
    }

    // MARK: Paths

    private var paths: [(path: String, item: JSONElement)] {
        get throws { try document.member("paths").members().map { ($0.0, $0.1) } }
    }

    private static func route(_ path: String) -> Route? {
        Route(segments: path.split(separator: "/").map(String.init))
    }

    @Test func everyPathIsDescribed() throws {
        let known = try Set(paths.compactMap { Self.route($0.path)?.template } + paths.map(\.path))
        for (_, path) in Route.templates { #expect(known.contains(path), "\(path)") }
    }

    @Test func everythingDescribedIsAPath() throws {
        for (path, item) in try paths {
            let route = try #require(Self.route(path), "\(path)")
            #expect(try item.members().map { $0.0.uppercased() } == route.methods, "\(path)")
        }
    }

    @Test(arguments: Route.templates.map(\.path))
    func everyTemplateIsAPath(_ path: String) throws {
        let route = try #require(Self.route(path))
        #expect(route.template == path || path.hasPrefix("/v2/docs"))
        #expect(try service.get("/").text.contains(" \(path)\"") || path == "/")
    }

    @Test func namesAreUniqueAndReferencesLead() throws {
        let ids = try paths.flatMap { path in
            try path.item.members().map { try $0.1.member("operationId").string() }
        }
        #expect(Set(ids).count == ids.count)
        let text = try service.get("/openapi.json").text
        let check = SchemaCheck(document: document)
        for piece in text.split(separator: "\"$ref\":\"").dropFirst() {
            let reference = String(piece.prefix { $0 != "\"" })
            #expect(throws: Never.self) { try check.resolve(reference) }
        }
    }

    @Test func theProtocolsNameLeadsToTheSame() throws {
        #expect(try service.get("/v2/docs/dataplane.json").bytes == service.get("/openapi.json").bytes)
    }

    @Test func modelsThatComeAndGoAreDescribedWhenAsked() throws {
        let few = try TestService([TestModels.plain("a b/é")])
        let text = try few.get("/openapi.json").text
        #expect(text.contains("\"/v1/models/a%20b%2F%C3%A9/score\""))
        #expect(!text.contains("orders"))
    }

    /// A parameter that is given twice is refused, so none is a list.
    @Test func noParameterIsAList() throws {
        for (path, item) in try paths {
            guard let parameters = try item.optionalMember("post")?.optionalMember("parameters") else { continue }
            for parameter in try parameters.elements() {
                #expect(try !Self.text(parameter.member("schema")).contains("array"), "\(path)")
            }
        }
    }

    // MARK: Examples

    @Test func everyExampleIsAnsweredAsDescribed() throws {
        var count = 0
        for (path, item) in try paths where !path.contains("{") {
            guard let operation = try item.optionalMember("post") else { continue }
            for (type, content) in try operation.member("requestBody").member("content").members() {
                for (name, example) in try content.optionalMember("examples")?.members().map({ $0 }) ?? [] {
                    try check(path, type, name, example.member("value"), operation)
                    count += 1
                }
            }
        }
        #expect(count > 100)
    }

    private func check(
        _ path: String, _ type: String, _ name: String, _ value: JSONElement, _ operation: JSONElement
    ) throws {
        let body = type == "application/json" ? try Self.text(value) : try value.string()
        let response = try service.post(path, body, type: type)
        #expect(response.status == 200, "\(path) \(type) \(name): \(response.text)")
        guard type == "application/json" else { return }
        let check = SchemaCheck(document: document)
        let schemas = (
            try operation.member("requestBody").member("content").member(type).member("schema"),
            try operation.member("responses").member("200").member("content").member(type).member("schema")
        )
        #expect(try check.fault(value, schemas.0) == nil, "\(path) \(name)")
        #expect(try check.fault(JSONDocument(response.bytes).root, schemas.1) == nil, "\(path) \(name)")
    }

    private static func text(_ value: JSONElement) throws -> String {
        switch value.kind {
        case .object:
            let members = try value.members().map { "\(try quoted($0.0)):\(try text($0.1))" }
            return "{\(members.joined(separator: ","))}"
        case .array: return "[\(try value.elements().map { try text($0) }.joined(separator: ","))]"
        case .string: return try quoted(value.string())
        case .number: return "\(try value.double())"
        case .bool: return try value.bool() ? "true" : "false"
        case .null: return "null"
        }
    }

    private static func quoted(_ text: String) throws -> String {
        var writer = JSONWriter()
        writer.string(text)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    @Test func everyPathToReadAnswersAsDescribed() throws {
        let check = SchemaCheck(document: document)
        for (path, item) in try paths where !path.contains("{") {
            guard let responses = try item.optionalMember("get")?.member("responses") else { continue }
            let response = try service.get(path)
            let described = try responses.optionalMember("\(response.status)").map { try Self.followed($0, check) }
            let found = try described?.optionalMember("content")
            let content = try #require(found, "\(path): \(response.status)")
            guard let json = try content.optionalMember("application/json") else { continue }
            #expect(try check.fault(JSONDocument(response.bytes).root, json.member("schema")) == nil, "\(path)")
        }
    }

    private static func followed(_ element: JSONElement, _ check: SchemaCheck) throws -> JSONElement {
        try element.optionalMember("$ref").map { try check.resolve($0.string()) } ?? element
    }

    @Test func aSchemaThatDoesNotFitIsNoticed() throws {
        let check = SchemaCheck(document: document)
        let schema = try check.resolve("#/components/schemas/orders.ScoreAnswer")
        let answers = [
            (#"{"model":"orders","version":"7","results":[]}"#, true),
            (#"{"model":"table","version":"7","results":[]}"#, false),
            (#"{"model":"orders","version":"7"}"#, false),
            (#"{"model":"orders","version":"7","results":[],"more":1}"#, false),
            (#"{"model":"orders","version":"7","results":[{"score":"1"}]}"#, false),
        ]
        for (answer, fits) in answers {
            #expect(try (check.fault(JSONDocument(Array(answer.utf8)).root, schema) == nil) == fits, "\(answer)")
        }
    }

    // MARK: Errors

    @Test(arguments: ServiceErrorTests.allCases)
    func everyErrorIsDescribed(_ error: ServiceErrorTests.Case) {
        let status = APIErrors.all.first { $0.code == error.status }
        #expect(status?.words.contains(error.code) == true)
    }

    @Test func errorsAreAsDescribed() throws {
        let check = SchemaCheck(document: document)
        let bodies = [#"{"records":[{"amount":"x"}]}"#, "{", "{}", #"{"records":[],"x":1}"#]
        for body in bodies {
            let response = try service.post("/v1/score", body)
            let described = try document.member("paths").member("/v1/score").member("post").member("responses")
                .member("\(response.status)")
            let schema = try Self.followed(described, check).member("content").member("application/json").member(
                "schema")
            #expect(try check.fault(JSONDocument(response.bytes).root, schema) == nil, "\(response.text)")
        }
    }
}
