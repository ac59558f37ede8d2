import JSON
import Testing

@testable import Service

/// What a score says beside its number, and what can be asked of it.
@Suite(.offThePool, .timeLimit(.minutes(2))) struct ScoreTests {
    private static let shared = Result {
        try TestService([TestModels.orders(), TestModels.table(), TestModels.plain()])
    }
    private let service: TestService

    init() throws {
        service = try Self.shared.get()
    }

    private static let csv = Orders.csv(TestModels.orderRows(40, seed: 11) + ["90000,1,maybe,pink,tiny,-5,FR,x"])

    private func results(_ query: String, _ body: String = csv, model: String = "orders") throws -> [JSONElement] {
        let response = try service.post(
            "/v1/models/\(model)/score\(query)", body, type: "text/csv", accept: "application/json")
        #expect(response.status == 200, "\(response.text)")
        return try Array(JSONDocument(Array(response.text.utf8)).root.member("results").elements())
    }

    private func refused(_ query: String, _ model: String = "orders") throws -> String {
        let body = model == "orders" ? Self.csv : "amount,hour,km\n1,2,3\n"
        let response = try service.post("/v1/models/\(model)/score\(query)", body, type: "text/csv")
        #expect(response.status == 422)
        return response.text
    }

    // MARK: Contributions

    /// Whatever the order in which somebody adds them.
    @Test func contributionsAddUpExactly() throws {
        for result in try results("?contributions=true") {
            let score = try result.member("score").double()
            let nats = try result.member("contributions").elements().map { try $0.member("nats").double() }
            #expect(nats.count == 8)
            #expect(nats.reduce(0, +) == score)
            #expect(nats.reversed().reduce(0, +) == score)
            #expect(nats.sorted().reduce(0, +) == score)
            let (reconstruction, kl) = try (result.member("reconstruction").double(), result.member("kl").double())
            #expect(reconstruction + kl == score)
            #expect(nats.last == kl)
        }
    }

    @Test func contributionsNameColumnsAndShowWhatCame() throws {
        let contributions = try #require(try results("?contributions").last).member("contributions").elements()
        let columns = try contributions.map { try $0.member("column").string() }
        #expect(columns == ["amount", "items", "express", "color", "size", "age", "country", "(latent)"])
        let amount = try #require(contributions.first { _ in true })
        #expect(try amount.member("observed").double() == 90_000)
        #expect(try amount.member("expected").double() < 10_000)
        let words = try contributions.compactMap { try $0.optionalMember("observed") }.filter { $0.kind == .string }
        #expect(try words.map { try $0.string() } == ["maybe", "pink", "tiny", "FR"])
        #expect(try results("").last?.optionalMember("contributions") == nil)
    }

    @Test func contributionsChangeNoOtherNumber() throws {
        for (bare, explained) in zip(try results(""), try results("?contributions=1")) {
            for name in ["score", "kl", "anomaly_score", "p_value"] {
                #expect(try bare.member(name).double() == explained.member(name).double())
            }
        }
    }

    // MARK: p-values

    @Test func theStrangestRowIsAnAnomaly() throws {
        let last = try #require(try results("").last)
        #expect(try last.member("anomaly").bool())
        let p = try last.member("p_value").double()
        #expect(p > 0 && p < 0.01)
        #expect(try last.member("percentile").double() == 100 * (1 - p))
        #expect(try results("").count { try $0.member("anomaly").bool() } < 10)
    }

    @Test func alphaDecidesWhatAnAnomalyIs() throws {
        for alpha in [0.05, 0.5, 0.9] {
            for result in try results("?alpha=\(alpha)") {
                #expect(try result.member("anomaly").bool() == (result.member("p_value").double() <= alpha))
            }
        }
        for result in try results("?threshold=2.5") {
            #expect(try result.member("anomaly").bool() == (result.member("anomaly_score").double() > 2.5))
        }
    }

    @Test func aMemberIsAsGoodAsAParameterWhichOverridesIt() throws {
        let record = Orders.record(TestModels.orderRows(1, seed: 3)[0])
        let path = "/v1/models/orders/score"
        let asked = try service.post("\(path)?alpha=0.9", #"{"records":\#(record)}"#)
        #expect(asked.status == 200)
        #expect(try service.post(path, #"{"alpha":0.9,"records":\#(record)}"#).text == asked.text)
        #expect(try service.post("\(path)?alpha=0.9", #"{"alpha":0.01,"records":\#(record)}"#).text == asked.text)
    }

    @Test func refusesAnAlphaThatNoScoreCanReach() throws {
        let text = try refused("?alpha=0.001")
        #expect(text.hasPrefix(#"{"error":{"code":"alpha_too_small","message":"alpha 0.001 is too small for 300 "#))
        #expect(text.contains(#""expected":"at least 0.0033"#))
        for alpha in ["0", "1", "-0.1", "1.5"] {
            #expect(try refused("?alpha=\(alpha)").contains(#""expected":"above 0 and below 1""#))
        }
    }

    @Test func scoresThatWereNotCalibratedHaveNoPValue() throws {
        for query in ["?samples=3", "?seed=99", "?samples=0"] {
            let result = try results(query)[0]
            #expect(try result.optionalMember("score") != nil)
            for name in ["p_value", "percentile", "anomaly"] { #expect(try result.optionalMember(name) == nil) }
        }
        #expect(try results("?samples=8&seed=1")[0].optionalMember("p_value") != nil)
        let plain = try results("", "amount,hour,km\n1,2,3\n", model: "table")[0]
        #expect(try plain.optionalMember("anomaly_score") == nil)
        #expect(try plain.optionalMember("p_value") == nil)
    }

    @Test func ranksAsAsked() throws {
        let byELBO = try results("?rank=elbo")
        for result in byELBO {
            #expect(try result.member("anomaly_score").double() == result.member("score").double())
        }
        let usual = try results("")
        #expect(try usual[0].member("anomaly_score").double() != byELBO[0].member("anomaly_score").double())
        #expect(try usual[0].member("score").double() == byELBO[0].member("score").double())
    }

    @Test func theImportanceWeightedBoundIsTighter() throws {
        let bound = try results("?bound=iw&samples=64").reduce(0) { try $0 + $1.member("score").double() }
        let elbo = try results("").reduce(0) { try $0 + $1.member("score").double() }
        #expect(bound < elbo)
        #expect(try results("?bound=iw&samples=64")[0].optionalMember("kl") == nil)
    }

    // MARK: What cannot be asked

    @Test(arguments: [
        ("?rank=best", "one of 'combined', 'elbo', "), ("?bound=elob", "one of 'elbo', 'iw'"),
        ("?samples=-1", "0 to 10000"), ("?samples=1.5", "0 to 10000"), ("?seed=x", "a whole number from 0"),
        ("?threshold=nan", "a number"), ("?contributions=maybe", "true or false"),
        ("?on_error=ignore", "one of 'stop', 'skip'"), ("?samples=1&samples=2", "given once"),
        ("?alpha=0.1&threshold=3", "absent where 'alpha' is given"),
        ("?bound=iw&samples=0", "at least 1 with bound 'iw'"),
        ("?bound=iw&contributions=true", "false with bound 'iw'"), ("?bound=iw&alpha=0.1", "absent with bound 'iw'"),
        ("?samples=3&alpha=0.1", "absent where 'samples' or 'seed' differ"),
    ])
    func refusesOptionsThatMeanNothing(_ query: String, _ expected: String) throws {
        let text = try refused(query)
        #expect(text.hasPrefix(#"{"error":{"code":"bad_value""#))
        #expect(text.contains(expected), "\(text)")
    }

    @Test func namesTheParametersThatThereAre() throws {
        let text = try refused("?sample=3")
        #expect(text.hasPrefix(#"{"error":{"code":"unknown_parameter","message":"unknown parameter 'sample'; known: "#))
        for name in ["samples", "seed", "bound", "contributions", "alpha", "threshold", "rank", "on_error", "id"] {
            #expect(text.contains(name))
        }
        let encode = try service.post("/v1/models/orders/encode?alpha=1", Self.csv, type: "text/csv")
        #expect(encode.text.contains("unknown parameter 'alpha'; known: timeout, on_error, id"))
        #expect(try service.post("/v1/models/plain/sample?x=1", "{}").status == 422)
    }

    @Test(arguments: ["?alpha=0.1", "?threshold=1", "?rank=elbo"])
    func aModelWithoutCalibrationSaysSo(_ query: String) throws {
        #expect(try refused(query, "table").contains("absent: the model has no calibration"))
    }

    @Test func contributionsNeedColumns() throws {
        let response = try service.post("/v1/models/plain/score", #"{"contributions":true,"inputs":[[1,2,3]]}"#)
        #expect(response.status == 422)
        #expect(response.text.contains("'contributions' must be false for a model without columns"))
    }
}
