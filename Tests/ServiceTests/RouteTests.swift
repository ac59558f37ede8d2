import Testing

@testable import Service

@Suite struct RouteTests {
    @Test func knowsEveryPath() {
        #expect(Route(segments: []) == .index)
        #expect(Route(segments: ["livez"]) == .live)
        #expect(Route(segments: ["readyz"]) == .ready)
        #expect(Route(segments: ["metrics"]) == .metrics)
        #expect(Route(segments: ["openapi.json"]) == .openAPI)
        #expect(Route(segments: ["docs"]) == .docs)
        #expect(Route(segments: ["v2", "docs"]) == .docs)
        #expect(Route(segments: ["v2", "docs", "dataplane.json"]) == .openAPI)
        #expect(Route(segments: ["v2", "models", "docs", "docs"]) == .modelDocs(ModelReference("docs")))
        #expect(Route(segments: ["v1", "models"]) == .models)
        #expect(Route(segments: ["v1", "models", "a b/c"]) == .model(ModelReference("a b/c")))
        #expect(Route(segments: ["v1", "drift"]) == .drift(ModelReference()))
        #expect(Route(segments: ["v1", "models", "m", "drift"]) == .drift(ModelReference("m")))
    }

    @Test func aVersionMayBeNamed() {
        let reference = ModelReference("m", version: "1.2")
        let path = ["v1", "models", "m", "versions", "1.2"]
        #expect(Route(segments: path) == .model(reference))
        #expect(Route(segments: path + ["drift"]) == .drift(reference))
        #expect(Route(segments: path + ["score"]) == .operation(.score, reference))
        #expect(Route(segments: path + ["score", "x"]) == nil)
        #expect(Route(segments: ["v1", "models", "m", "versions"]) == nil)
        #expect(Route(segments: ["v1", "models", "m", "releases", "score"]) == nil)
    }

    @Test(arguments: Route.Verb.allCases)
    func knowsEveryVerb(_ verb: Route.Verb) {
        #expect(Route(segments: ["v1", verb.rawValue]) == .operation(verb, ModelReference()))
        #expect(Route(segments: ["v1", "models", "m", verb.rawValue]) == .operation(verb, ModelReference("m")))
        #expect(Route(segments: ["v1", "models", verb.rawValue]) == .model(ModelReference(verb.rawValue)))
    }

    @Test(arguments: [
        ["v1"], ["v2", "model"], ["models"], ["v1", "Score"], ["v1", "models", "m", "train"], ["livez", ""],
        ["v1", "models", "m", "score", ""], ["v2", "models", "m", "score"], ["v1", "model", "m"], [""],
        ["v2", "docs", "x"],
        ["v2", "docs", "docs"], ["v2", "dataplane.json"],
        ["v2", "models", "m", "dataplane.json"], ["docs", ""],
    ])
    func knowsNoOther(_ segments: [String]) {
        #expect(Route(segments: segments) == nil)
    }

    @Test func operationsArePosted() {
        #expect(Route.operation(.score, ModelReference()).methods == ["POST"])
        #expect(Route.operation(.score, ModelReference()).allowed == "POST, OPTIONS")
        for route in [
            Route.index, .live, .ready, .openAPI, .docs, .modelDocs(ModelReference("m")), .models,
            .model(ModelReference("m")), .drift(ModelReference()),
        ] {
            #expect(route.methods == ["GET"])
            #expect(route.allowed == "GET, HEAD, OPTIONS")
        }
    }
}
