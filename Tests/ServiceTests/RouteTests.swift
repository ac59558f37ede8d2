import Testing

@testable import Service

@Suite struct RouteTests {
    @Test func knowsEveryPath() {
        #expect(Route(segments: []) == .index)
        #expect(Route(segments: ["livez"]) == .live)
        #expect(Route(segments: ["readyz"]) == .ready)
        #expect(Route(segments: ["v1", "models"]) == .models)
        #expect(Route(segments: ["v1", "models", "a b/c"]) == .model("a b/c"))
        #expect(Route(segments: ["v1", "drift"]) == .drift(model: nil))
        #expect(Route(segments: ["v1", "models", "m", "drift"]) == .drift(model: "m"))
    }

    @Test(arguments: Route.Verb.allCases)
    func knowsEveryVerb(_ verb: Route.Verb) {
        #expect(Route(segments: ["v1", verb.rawValue]) == .operation(verb, model: nil))
        #expect(Route(segments: ["v1", "models", "m", verb.rawValue]) == .operation(verb, model: "m"))
        #expect(Route(segments: ["v1", "models", verb.rawValue]) == .model(verb.rawValue))
    }

    @Test(arguments: [
        ["v1"], ["v2", "models"], ["models"], ["v1", "Score"], ["v1", "models", "m", "train"], ["livez", ""],
        ["v1", "models", "m", "score", ""], ["v2", "models", "m", "score"], ["v1", "model", "m"], [""],
    ])
    func knowsNoOther(_ segments: [String]) {
        #expect(Route(segments: segments) == nil)
    }

    @Test func operationsArePosted() {
        #expect(Route.operation(.score, model: nil).method == "POST")
        #expect(Route.operation(.score, model: nil).allowed == "POST, OPTIONS")
        for route in [Route.index, .live, .ready, .models, .model("m"), .drift(model: nil)] {
            #expect(route.method == "GET")
            #expect(route.allowed == "GET, HEAD, OPTIONS")
        }
    }
}
