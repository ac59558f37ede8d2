import JSON
import Testing

@testable import Service

/// The running comparison of live scores with those of the calibration.
@Suite(.offThePool, .timeLimit(.minutes(2))) struct DriftTests {
    private func report(_ service: TestService, _ path: String = "/v1/models/orders/drift") throws -> JSONElement {
        let response = try service.get(path)
        #expect(response.status == 200, "\(response.text)")
        return try JSONDocument(Array(response.text.utf8)).root
    }

    private func score(
        _ service: TestService, _ rows: [String], _ query: String = "", verb: String = "score"
    ) throws {
        let response = try service.post("/v1/models/orders/\(verb)\(query)", Orders.csv(rows), type: "text/csv")
        #expect(response.status == 200, "\(response.text)")
    }

    @Test func ordinaryRowsAreStable() throws {
        let service = try TestService([TestModels.orders()])
        let empty = try report(service)
        #expect(try empty.member("count").int() == 0)
        #expect(try empty.member("verdict").string() == "insufficient")
        #expect(try empty.member("calibration_count").int() == 300)
        #expect(try empty.member("ranking").string() == "combined")
        try score(service, TestModels.orderRows(1_000, seed: 21))
        let after = try report(service)
        #expect(try after.member("count").int() == 1_000)
        #expect(try after.member("verdict").string() == "stable")
        #expect(try after.member("psi").double() < 0.1)
        #expect(try after.member("share_p_below_0.05").double() < 0.1)
        #expect(try after.member("recent").member("count").int() == 1_000)
        let names = ["ks", "ks_p_value", "share_p_below_0.01", "mean", "calibration_mean"]
        for name in names { #expect(try after.member(name).double().isFinite) }
        #expect(try report(service, "/v1/drift").member("count").int() == 1_000)
    }

    @Test func otherRowsDrift() throws {
        let service = try TestService([TestModels.orders()])
        let rows = TestModels.orderRows(400, seed: 22).map { "9" + $0.replacing(",no,", with: ",perhaps,") }
        try score(service, rows)
        let after = try report(service)
        #expect(try after.member("verdict").string() == "drifted")
        #expect(try after.member("psi").double() > 0.25)
        #expect(try after.member("ks_p_value").double() < 1e-6)
        #expect(try after.member("share_p_below_0.05").double() > 0.3)
    }

    /// Rows that are not scored as the calibration was would look like a drift.
    @Test func onlyComparableScoresCount() throws {
        let service = try TestService([TestModels.orders()])
        let rows = TestModels.orderRows(3, seed: 23)
        for query in ["?samples=3", "?seed=9", "?bound=iw", "?rank=elbo"] { try score(service, rows, query) }
        try score(service, rows, verb: "encode")
        #expect(try report(service).member("count").int() == 0)
        try score(service, rows, "?contributions=true")
        try score(service, rows, "?alpha=0.5")
        try score(service, rows + ["broken"], "?on_error=skip")
        #expect(try report(service).member("count").int() == 9)
    }

    @Test func aStreamCountsToo() throws {
        let service = try TestService([TestModels.orders()])
        let table = Orders.csv(TestModels.orderRows(3_000, seed: 24))
        #expect(try service.stream("/v1/models/orders/score", table, type: "text/csv").status == 200)
        #expect(try report(service).member("count").int() == 3_000)
    }

    @Test func aModelWithoutCalibrationHasNone() throws {
        let service = try TestService([TestModels.table()])
        let response = try service.get("/v1/models/table/drift")
        #expect(response.status == 404)
        #expect(response.text == envelope("no_calibration", "model 'table' has no calibration to compare with"))
        #expect(try service.get("/v1/drift").status == 404)
        #expect(try service.exchange("POST", "/v1/drift").status == 405)
    }

    // MARK: What a model says of itself

    @Test func describesColumnsRankingAndCalibration() throws {
        let service = try TestService([TestModels.orders()])
        let model = try JSONDocument(Array(service.get("/v1/models/orders").text.utf8)).root
        let columns = try Array(model.member("columns").elements())
        #expect(
            try columns.map { try $0.member("kind").string() }
                == ["positive", "count", "binary", "categorical", "ordinal", "real", "constant", "ignored"])
        #expect(try columns[4].member("levels").strings() == ["small", "medium", "large"])
        #expect(try columns.map { try $0.optionalMember("optional")?.bool() ?? false }.firstIndex(of: true) == 5)
        #expect(try model.member("ranking").member("default").string() == "combined")
        #expect(try model.member("ranking").member("known").strings().contains("neighbours"))
        let calibration = try model.member("calibration")
        #expect(try calibration.member("count").int() == 300)
        #expect(try calibration.member("smallest_alpha").double() == 1 / 301.0)
        #expect(try calibration.member("alpha").double() == 0.01)
        #expect(try calibration.member("threshold").double() > 0)
        #expect(try model.member("architecture").member("likelihood").kind == .object)
    }

    @Test func theThresholdIsThatOfTheUsualAlpha() throws {
        let service = try TestService([TestModels.orders()])
        let model = try JSONDocument(Array(service.get("/v1/models/orders").text.utf8)).root
        let threshold = try model.member("calibration").member("threshold").double()
        let table = Orders.csv(TestModels.orderRows(500, seed: 25))
        let usual = try service.post("/v1/models/orders/score", table, type: "text/csv")
        #expect(usual.text.contains(",true\n"))
        let asked = try service.post("/v1/models/orders/score?threshold=\(threshold)", table, type: "text/csv")
        #expect(asked.text == usual.text)
    }
}
