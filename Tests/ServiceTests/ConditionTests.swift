import Inference
import Kernels
import ModelStorage
import Testing
import VAE

@testable import Service

/// Models that are told a label, over a socket.
@Suite(.offThePool, .timeLimit(.minutes(2))) struct ConditionTests {
    private static let shared = Result {
        try TestService([TestModels.conditional(), TestModels.told(), TestModels.pixels()])
    }
    private let service: TestService

    init() throws {
        service = try Self.shared.get()
    }

    private func post(_ verb: String, _ body: String, model: String = "conditional", query: String = "") throws
        -> TestResponse
    {
        try service.post("/v1/models/\(model)/\(verb)\(query)", body)
    }

    private static let bodies = [
        ("encode", #""inputs":[[0,1,1,0],[1,1,0,0]]"#), ("reconstruct", #""inputs":[[0,1,1,0],[1,1,0,0]]"#),
        ("score", #""inputs":[[0,1,1,0],[1,1,0,0]]"#), ("decode", #""latents":[[0.5,1],[2,-1]]"#),
        ("sample", #""count":2,"seed":3,"mean":true"#),
    ]

    @Test(arguments: bodies)
    func everyOperationIsToldOneLevelOrOneForEachRow(verb: String, content: String) throws {
        func results(_ condition: String) throws -> [String] {
            let response = try post(verb, "{\(content),\"condition\":\(condition)}")
            try #require(response.status == 200, "\(response.text)")
            return response.results
        }
        let (sevens, news) = (try results(#""7""#), try results(#""new""#))
        #expect(sevens[0] != news[0] && sevens[1] != news[1])
        #expect(try results(#"["7","new"]"#) == [sevens[0], news[1]])
        // Numbers are taken by their text.
        #expect(try results(#"[7,"new"]"#) == [sevens[0], news[1]])
        #expect(try results("7.0") == sevens)
    }

    @Test(arguments: bodies)
    func refusesWhatIsNoLevel(verb: String, content: String) throws {
        let missing = try post(verb, "{\(content)}")
        #expect(missing.status == 422)
        #expect(
            missing.text
                == envelope(
                    "missing_condition", "the model is conditional: the request needs 'condition', one of 3, 7, new"))
        let unknown = try post(verb, "{\(content),\"condition\":[\"7\",8]}")
        #expect(unknown.status == 422)
        #expect(
            unknown.text
                == envelope(
                    "unknown_condition", "the model knows no level '8'; known: 3, 7, new",
                    #","row":1,"column":"condition","expected":"one of 3, 7, new","got":"8""#))
        let count = try post(verb, "{\(content),\"condition\":[\"7\"]}")
        #expect(count.status == 422 && count.text.contains("one for each of the 2 rows"), "\(count.text)")
        for bad in ["null", "true", "{}", "[[7]]", "[null,7]"] {
            #expect(try post(verb, "{\(content),\"condition\":\(bad)}").status == 422, "\(bad)")
        }
        let unconditional = try post(verb, "{\(content),\"condition\":\"7\"}", model: "pixels")
        #expect(unconditional.status == 422 && unconditional.text.contains("unknown field 'condition'"))
    }

    @Test func aPathHasOneLevel() throws {
        let body = #"{"latents":[[0,0],[1,1]],"steps":3"#
        let (seven, other) = (
            try post("interpolate", body + #","condition":7}"#), try post("interpolate", body + #","condition":3}"#)
        )
        #expect(seven.status == 200 && other.status == 200)
        #expect(seven.results.count == 3 && seven.results[1] != other.results[1])
        #expect(try post("interpolate", body + #","condition":[7,3,7]}"#).status == 422)
        let inputs = #"{"inputs":[[0,0,1,1],[1,1,0,0]],"condition":7}"#
        #expect(try post("interpolate", inputs).results.count == LatentPath.usualSteps)
    }

    /// Rows that come as text or as a picture have their level in the address.
    @Test func tablesAndPicturesAreToldByTheAddress() throws {
        let json = try post("score", #"{"inputs":[[0,1,1,0],[1,1,0,0]],"condition":"7"}"#)
        let csv = try service.post(
            "/v1/models/conditional/score?condition=7", "a,b,c,d\n0,1,1,0\n1,1,0,0\n", type: "text/csv",
            accept: "application/json")
        #expect(csv.status == 200 && csv.results == json.results, "\(csv.text)")
        let streamed = try service.stream(
            "/v1/models/conditional/score?condition=7", "[0,1,1,0]\n[1,1,0,0]\n", type: "application/x-ndjson",
            accept: "application/json")
        #expect(streamed.results == json.results, "\(streamed.text)")
        let missing = try service.post("/v1/models/conditional/score", "a,b,c,d\n0,1,1,0\n", type: "text/csv")
        #expect(missing.status == 422 && missing.text.contains("missing_condition"))
        let png = try service.post(
            "/v1/models/conditional/reconstruct", #"{"inputs":[[0,1,1,0]],"condition":"7"}"#, accept: "image/png")
        #expect(png.status == 200)
        let again = try service.post(
            "/v1/models/conditional/encode?condition=new", bytes: png.bytes, type: "image/png")
        // Two images below each other are not one.
        #expect(again.status == 422 && again.text.contains("shape_mismatch"), "\(again.text)")
        let samples = try service.post(
            "/v1/models/conditional/sample", #"{"count":4,"condition":["3","7","new","3"]}"#, accept: "image/png")
        #expect(samples.status == 200)
    }

    // MARK: Tables

    @Test func recordsHoldTheirLevel() throws {
        func score(_ body: String) throws -> TestResponse { try post("score", body, model: "told") }
        let own = try score(
            #"{"records":[{"amount":9,"hour":10,"km":2,"kind":"a"},{"amount":9,"hour":10,"km":2,"kind":"b"}]}"#)
        try #require(own.status == 200, "\(own.text)")
        let results = own.results
        #expect(results[0] != results[1])
        let given = try score(
            #"{"records":[{"amount":9,"hour":10,"km":2},{"amount":9,"hour":10,"km":2,"kind":"a"}],"condition":["a","b"]}"#
        )
        #expect(given.results == results, "\(given.text)")
        let rows = try score(#"{"inputs":[[9,10,2,"a"],[9,10,2,"b"]]}"#)
        #expect(rows.results == results, "\(rows.text)")
        let csv = try service.post(
            "/v1/models/told/score", "kind,amount,hour,km\na,9,10,2\nb,9,10,2\n", type: "text/csv",
            accept: "application/json")
        #expect(csv.results == results, "\(csv.text)")
        let all = try service.post(
            "/v1/models/told/score?condition=b", "amount,hour,km\n9,10,2\n", type: "text/csv",
            accept: "application/json")
        #expect(all.results == [results[1]], "\(all.text)")
    }

    /// A bad record takes its level with it.
    @Test func skippedRecordsKeepTheLevelsInStep() throws {
        let body =
            #"{"records":[{"amount":9,"hour":10,"km":2},{"amount":"x","hour":1,"km":1},{"amount":9,"hour":10,"km":2}],"#
            + #""condition":["a","a","b"],"on_error":"skip"}"#
        let results = try post("score", body, model: "told").results
        let alone = try post(
            "score", #"{"records":[{"amount":9,"hour":10,"km":2,"kind":"b"}]}"#, model: "told"
        ).results
        #expect(results.count == 3 && results[2] == alone[0] && results[0] != alone[0])
        let bad = try post("score", #"{"records":[{"amount":9,"hour":10,"km":2,"kind":"c"}]}"#, model: "told")
        #expect(bad.status == 422 && bad.text.contains(#""code":"unknown_condition""#), "\(bad.text)")
        #expect(bad.text.contains(#""row":0,"column":"kind","expected":"one of a, b""#), "\(bad.text)")
        let sample = try post("sample", #"{"count":1}"#, model: "told")
        #expect(sample.status == 422 && sample.text.contains("missing_condition"))
        #expect(try post("sample", #"{"count":1,"condition":"a"}"#, model: "told").status == 200)
        let repaired = try post(
            "reconstruct", #"{"records":[{"amount":9,"hour":10,"km":2,"kind":"b"}]}"#, model: "told")
        #expect(repaired.status == 200, "\(repaired.text)")
    }

    @Test func theLevelsAreTold() throws {
        #expect(
            try service.get("/v1/models/conditional").text.contains(#""condition":{"levels":["3","7","new"]}"#))
        #expect(
            try service.get("/v1/models/told").text.contains(#""condition":{"levels":["a","b"],"column":"kind"}"#))
        #expect(!(try service.get("/v1/models/pixels").text.contains("condition")))
    }
}
