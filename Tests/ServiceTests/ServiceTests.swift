import ModelStorage
import Testing

@testable import Service

/// What is there, and by which methods and content types.
@Suite(.offThePool, .timeLimit(.minutes(2))) struct ServiceTests {
    private static let shared = Result { try TestService() }
    private let service: TestService

    init() throws {
        service = try Self.shared.get()
    }

    // MARK: GET

    @Test func isLiveAndReady() throws {
        #expect(try service.get("/livez").text == #"{"status":"live"}"# + "\n")
        #expect(try service.get("/readyz").text == #"{"status":"ready"}"# + "\n")
    }

    @Test func listsItsPaths() throws {
        let text = try service.get("/").text
        for verb in Route.Verb.allCases {
            #expect(text.contains("\"POST /v1/\(verb.rawValue)\""))
            #expect(text.contains("\"POST /v1/models/{model}/\(verb.rawValue)\""))
        }
    }

    @Test func listsModelsByName() throws {
        func line(_ name: String, _ isDefault: Bool, _ dimension: Int, _ likelihood: String) -> String {
            #"{"name":"\#(name)","version":"v1","default":\#(isDefault),"input_dimension":\#(dimension),"#
                + #""latent_dimension":2,"likelihood":"\#(likelihood)"}"#
        }
        let lines = [
            line("pixels", true, 4, "bernoulli"), line("plain", false, 3, "gaussian"),
            line("table", false, 3, "columns"),
        ]
        let response = try service.get("/v1/models")
        #expect(response.text == #"{"models":["# + lines.joined(separator: ",") + "]}\n")
        #expect(response.header("content-type") == "application/json")
    }

    @Test func describesAModel() throws {
        let table = try service.get("/v1/models/table").text
        #expect(table.hasPrefix(#"{"name":"table","version":"v1","input_dimension":3,"architecture":{"#))
        #expect(table.contains(#""columns":[{"name":"amount","kind":"real","offset":10,"scale":4,"#))
        #expect(table.contains(#""score":{"seed":5,"samples":4},"precision":{"weights":"float32"},"provenance""#))
        #expect(try !service.get("/v1/models/plain").text.contains(#""columns""#))
    }

    // MARK: The default model

    @Test func theFirstByNameAnswersWhereNoneIsNamed() throws {
        #expect(
            try service.post("/v1/sample", #"{"seed":1}"#).text.hasPrefix(#"{"model":"pixels","version":"v1","seed":1"#)
        )
    }

    @Test func theDefaultCanBeChosen() throws {
        let other = try TestService { $0.defaultModel = "table" }
        #expect(try other.post("/v1/sample", "{}").text.hasPrefix(#"{"model":"table""#))
        #expect(try other.get("/v1/models").text.contains(#""name":"table","version":"v1","default":true"#))
    }

    @Test func startsOnlyWithModelsThatCanBeToldApart() throws {
        #expect(throws: ServiceStartError.self) { try TestService([]) }
        #expect(throws: ServiceStartError.self) { try TestService { $0.defaultModel = "none" } }
        let twice = try [TestModels.plain(), TestModels.plain()]
        let error = #expect(throws: ServiceStartError.self) { try TestService(twice) }
        #expect(error?.description == "two models are named 'plain'")
    }

    @Test func namesMayNeedEscapes() throws {
        let service = try TestService([TestModels.plain("a b/é")])
        #expect(try service.get("/v1/models/a%20b%2F%C3%A9").status == 200)
        #expect(try service.post("/v1/models/a%20b%2F%C3%A9/sample", "{}").status == 200)
    }

    // MARK: What is not there

    @Test(arguments: ["/v1", "/v3/models", "/v1/train", "/livez/x", "/v1/models/plain/score/x", "/favicon.ico"])
    func anUnknownPathIsNotFound(_ path: String) throws {
        let response = try service.get(path)
        #expect(response.status == 404)
        #expect(response.text == envelope("unknown_path", "there is nothing at \(path); GET / lists what there is"))
    }

    @Test func anUnknownModelIsNotFound() throws {
        let expected = envelope("unknown_model", "no model named 'x'; loaded: pixels, plain, table")
        for response in try [service.get("/v1/models/x"), service.post("/v1/models/x/score", "{}")] {
            #expect(response.status == 404)
            #expect(response.text == expected)
        }
    }

    // MARK: Methods

    @Test(arguments: ["/", "/livez", "/readyz", "/docs", "/openapi.json", "/v1/models", "/v1/models/plain"])
    func pathsToReadTakeGetHeadAndOptions(_ path: String) throws {
        let get = try service.get(path)
        let head = try service.exchange("HEAD", path)
        #expect(get.status == 200)
        #expect(head.status == 200)
        #expect(head.header("content-length") == "\(get.text.utf8.count)")
        let options = try service.exchange("OPTIONS", path)
        #expect(options.status == 204)
        #expect(options.header("allow") == "GET, HEAD, OPTIONS")
        for method in ["POST", "PUT", "DELETE", "PATCH", "TRACE", "BREW"] {
            let refused = try service.exchange(method, path)
            #expect(refused.status == 405)
            #expect(refused.header("allow") == "GET, HEAD, OPTIONS")
            #expect(refused.text.hasPrefix(#"{"error":{"code":"method_not_allowed""#))
        }
    }

    @Test(arguments: Route.Verb.allCases)
    func operationsTakePostAndOptions(_ verb: Route.Verb) throws {
        for path in ["/v1/\(verb.rawValue)", "/v1/models/plain/\(verb.rawValue)"] {
            #expect(try service.exchange("OPTIONS", path).header("allow") == "POST, OPTIONS")
            for method in ["GET", "HEAD", "PUT", "DELETE", "post"] {
                let refused = try service.exchange(method, path)
                #expect(refused.status == 405)
                #expect(refused.header("allow") == "POST, OPTIONS")
            }
        }
    }

    // MARK: Content types

    @Test(arguments: [
        nil, "application/json", "application/json; charset=utf-8", "APPLICATION/JSON",
        "application/x-www-form-urlencoded", "text/plain", "text/json",
    ])
    func takesJSONUnderUsualNames(_ type: String?) throws {
        #expect(try service.post("/v1/sample", "{}", type: type).status == 200)
    }

    @Test(arguments: ["application/xml", "multipart/form-data; boundary=a", "application/x-npz", "json"])
    func refusesOtherTypes(_ type: String) throws {
        let response = try service.post("/v1/sample", "{}", type: type)
        #expect(response.status == 415)
        #expect(
            response.text
                == envelope(
                    "unsupported_content_type",
                    "content type '\(type)' is not known here; send application/json, or records as text/csv with a "
                        + "header, application/x-ndjson, image/png, application/octet-stream or application/x-npy"))
    }
}
