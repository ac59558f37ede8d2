import Files
import JSON
import Kernels
import ModelStorage
import TestSupport
import Testing
import Training

@testable import Service

/// A calibrated model of images answers as a table's does.
@Suite(.offThePool, .timeLimit(.minutes(2))) struct ImageScoreTests {
    private static let trained = Result {
        let folder = try TemporaryDirectory()
        let places = (0..<300 * 6).map { (row: $0 / 6, column: $0 % 6) }
        let pixels = places.map { row, column -> UInt8 in
            (column + row) % 3 == 0 ? 255 : UInt8(row * column * 37 % 90)
        }
        let header: [UInt8] = [0, 0, 8, 3, 0, 0, 1, 44, 0, 0, 0, 2, 0, 0, 0, 3]
        try FileSystem.write(header + pixels, to: folder("images"))
        var plan = TrainingRun.Plan(dataPath: folder("images"), output: folder("shirts"))
        (plan.network.hidden, plan.network.latentDimension, plan.epochs) = ([8], 2, 2)
        return try TrainingRun(plan).run(progress: { _ in }, epoch: { _ in })
    }
    private let service: TestService

    init() throws {
        service = try TestService([Self.trained.get()])
    }

    private static let body = #"{"inputs":[[0,1,0,1,1,0],[0.5,0.25,0,1,0.75,1]]}"#

    private func post(_ query: String) throws -> TestResponse {
        try service.post("/v1/models/shirts/score\(query)", Self.body)
    }

    private func results(_ query: String) throws -> [JSONElement] {
        let response = try post(query)
        #expect(response.status == 200, "\(response.text)")
        return try Array(JSONDocument(Array(response.text.utf8)).root.member("results").elements())
    }

    @Test func everyRowHasItsRank() throws {
        for result in try results("") {
            let p = try result.member("p_value").double()
            #expect(p >= 1 / 51.0 && p <= 1)
            #expect(try result.member("percentile").double() == 100 * (1 - p))
            #expect(try result.member("anomaly").bool() == (p <= 1 / 51.0))
            #expect(try result.member("anomaly_score").double() != result.member("score").double())
        }
        for result in try results("?rank=elbo") {
            #expect(try result.member("anomaly_score").double() == result.member("score").double())
        }
    }

    @Test func refusesWhatOnlyTablesHave() throws {
        let response = try post("?rank=cells")
        #expect(response.status == 422)
        #expect(response.text.contains("one of 'complexity', 'elbo', 'typicality' for this model"))
    }

    @Test func tellsItsRankingAndItsDrift() throws {
        let details = try service.get("/v1/models/shirts").text
        #expect(details.contains(#""ranking":{"default":"complexity","known":["complexity","elbo","typicality"]}"#))
        #expect(try service.get("/v1/models/shirts/drift").text.contains(#""ranking":"complexity""#))
    }
}
