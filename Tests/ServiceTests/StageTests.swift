import HTTPServer
import Inference
import Locking
import Testing

@testable import Service

/// What an answer, the metrics and the log say of the time of a request.
@Suite(.offThePool, .timeLimit(.minutes(3))) struct StageTests {
    static let infer = #"{"inputs":[{"name":"input","shape":[2,3],"datatype":"FP32","data":[1,2,3,4,5,6]}]}"#

    /// The stages of `Server-Timing`, in milliseconds.
    private func timing(_ response: TestResponse) throws -> [(String, Double)] {
        try #require(response.header("server-timing")).split(separator: ", ").map { part in
            let words = part.split(separator: ";dur=")
            return (String(try #require(words.first)), try #require(words.last.flatMap { Double(String($0)) }))
        }
    }

    @Test(arguments: [
        ("/v1/models/plain/score", #"{"inputs":[[1,2,3],[4,5,6]]}"#, "application/json"),
        ("/v1/models/table/score", "amount,hour,km\n1,2,3\n", "text/csv"),
        ("/v1/models/plain/sample", "{}", "application/json"),
        ("/v2/models/plain/infer", infer, "application/json"),
    ])
    func answersOfOperationsTellTheirStages(path: String, body: String, type: String) throws {
        let service = try TestService()
        let clock = ContinuousClock()
        let began = clock.now
        let response = try service.post(path, body, type: type)
        let milliseconds = (clock.now - began) / .milliseconds(1)
        #expect(response.status == 200)
        let stages = try timing(response)
        #expect(stages.map(\.0) == ["parse", "queue", "compute", "print"])
        #expect(stages.allSatisfy { $0.1 >= 0 } && stages[2].1 > 0)
        #expect(stages.map(\.1).reduce(0, +) <= milliseconds)
    }

    @Test func onlyRequestsToAModelTellStages() throws {
        let service = try TestService()
        #expect(try service.get("/v1/models").header("server-timing") == nil)
        #expect(try service.post("/v1/models/nobody/score", "{}").header("server-timing") == nil)
        let refused = try service.post("/v1/models/plain/score", #"{"inputs":[[1]]}"#)
        #expect(refused.status == 422)
        let stages = try timing(refused)
        #expect(stages.dropFirst().allSatisfy { $0.1 == 0 })
    }

    @Test func aLongTableTellsTheSumOfItsBatches() throws {
        let service = try TestService()
        let lines = "amount,hour,km\n" + String(repeating: "1,2,3\n", count: 100_000)
        let response = try service.stream("/v1/models/table/score", lines, type: "text/csv")
        #expect(response.status == 200)
        #expect(try timing(response).allSatisfy { $0.1 > 0 })
    }

    /// Records of the log, and a service that makes them.
    private func logged(_ requests: (TestService) throws -> Void) throws -> [RequestRecord] {
        let records = Locked<[RequestRecord]>([])
        let service = try TestService { configuration in
            configuration.tellRequest = { record in records.withLock { $0.append(record) } }
        }
        try requests(service)
        return records.withLock { $0 }
    }

    @Test func theLogLearnsWhatWasDone() throws {
        let records = try logged { service in
            _ = try service.post("/v1/models/plain/score?alpha=0.5&secret=x", #"{"inputs":[[1,2,3],[4,5,6]]}"#)
            _ = try service.post("/v1/models/plain/score", #"{"inputs":[[1,2,3],[4,5,6]]}"#)
            _ = try service.post("/v2/models/plain/infer", Self.infer)
            _ = try service.post("/v1/models/plain/versions/v1/encode", "{")
            _ = try service.get("/secret/path")
            _ = try service.exchange("SECRET", "/v1/models")
        }
        #expect(
            records.map(\.route) == [
                "/v1/models/{model}/score", "/v1/models/{model}/score", "/v2/models/{model}/infer",
                "/v1/models/{model}/versions/{version}/encode", "unmatched", "/v1/models",
            ])
        #expect(records.map(\.status) == [422, 200, 200, 400, 404, 405])
        #expect(records.map(\.method) == ["POST", "POST", "POST", "POST", "GET", "_OTHER"])
        #expect(records[3].error == "invalid_json" && records[1].error == nil)
        let work = try #require(records[1].work)
        #expect((work.model, work.version, work.rows) == ("plain", "v1", 2))
        #expect(StageTimes.Stage.allCases.allSatisfy { (work.nanoseconds(in: $0) ?? 0) > 0 })
        let spent = StageTimes.Stage.allCases.reduce(0) { $0 + (work.nanoseconds(in: $1) ?? 0) }
        #expect(Double(spent) <= records[1].duration / .nanoseconds(1))
        #expect((records[1].bytesIn, records[1].bytesOut > 40) == (28, true))
        let refused = try #require(records[3].work)
        #expect(refused.rows == 0 && StageTimes.Stage.allCases.compactMap(refused.nanoseconds).count == 1)
        #expect(records[4].work == nil)
        for record in records { #expect(!"\(record)".contains("ecret") && !"\(record)".contains("SECRET")) }
    }

    @Test func probesAreNotLogged() throws {
        let paths = [
            "/livez", "/readyz", "/metrics", "/v2/health/live", "/v2/health/ready", "/v2/models/plain/ready",
            "/v1/models",
        ]
        let records = try logged { service in for path in paths { _ = try service.get(path) } }
        #expect(records.map(\.route) == ["/v1/models"])
        let observer = RequestObserver(metrics: RequestMetrics(), logging: LoggingSettings(), tell: { _ in })
        #expect(observer.isLogged(status: 500, .ready) && observer.isLogged(status: 503, .live))
        #expect(!observer.isLogged(status: 503, .ready) && !observer.isLogged(status: 404, .openInference(.live)))
    }

    /// `/v2/logging` speaks of requests too.
    @Test func clientsCanQuietTheLog() throws {
        let records = try logged { service in
            #expect(try service.post("/v2/logging", #"{"log_info":false}"#).status == 200)
            _ = try service.get("/v1/models")
        }
        #expect(records.isEmpty)
    }

    @Test func timingIsInMilliseconds() {
        let times = StageTimes()
        times.add(.nanoseconds(30_500), to: .parse)
        times.add(.nanoseconds(499), to: .queue)
        times.add(.nanoseconds(501), to: .queue)
        times.add(.milliseconds(12), to: .compute)
        #expect(ServerTiming.text(times) == "parse;dur=0.031, queue;dur=0.001, compute;dur=12.000, print;dur=0.000")
    }
}
