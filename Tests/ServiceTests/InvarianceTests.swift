import Dispatch
import HTTPServer
import Synchronization
import Testing

@testable import Service

/// A row's answer does not depend on its company.
@Suite(.offThePool, .timeLimit(.minutes(2))) struct InvarianceTests {
    /// 40 rows of three numbers.
    private static let rows = (0..<40).map { "[\(Double($0) * 0.37 - 5),\($0 % 7),\(Double($0 * $0) / 100)]" }

    private static func body(_ rows: some Sequence<String>) -> String {
        #"{"inputs":["# + rows.joined(separator: ",") + "]}"
    }

    @Test(arguments: [1, 2], ["score", "reconstruct", "encode"])
    func aRowIsAnsweredAsAlone(_ workers: Int, _ verb: String) throws {
        let service = try TestService { $0.workers = workers }
        let path = "/v1/models/table/\(verb)"
        let alone = try Self.rows.map { try service.post(path, Self.body([$0])).results }
        #expect(alone.allSatisfy { $0.count == 1 })
        #expect(Set(alone).count == Self.rows.count)
        let together = try service.post(path, Self.body(Self.rows)).results
        #expect(together == alone.flatMap { $0 })
        try #require(Self.load(service, path, alone.flatMap { $0 }).isEmpty)
    }

    /// Eight clients at once, with requests of 1 to 33 rows from any place.
    ///
    /// - Returns: what differed from the rows' answers alone.
    private static func load(_ service: TestService, _ path: String, _ alone: [String]) -> [String] {
        let wrong = Mutex<[String]>([])
        DispatchQueue.concurrentPerform(iterations: 8) { number in
            do {
                let client = try service.connect()
                for round in 0..<25 {
                    let start = (number * 11 + round * 7) % rows.count
                    let end = min(rows.count, start + [1, 2, 5, 33][(number + round) % 4])
                    try client.send("POST", path, body(rows[start..<end]))
                    let response = try client.response()
                    if response.results != Array(alone[start..<end]) { wrong.withLock { $0.append(response.text) } }
                }
            } catch {
                wrong.withLock { $0.append("\(error)") }
            }
        }
        return wrong.withLock { $0 }
    }

    @Test(arguments: [1, 2])
    func requestsOfManyBatchesKeepTheirOrder(_ workers: Int) throws {
        let service = try TestService { $0.workers = workers }
        let path = "/v1/models/table/reconstruct"
        let alone = try Self.rows.map { try service.post(path, Self.body([$0])).results[0] }
        let many = (0..<2_000).map { $0 * 13 % Self.rows.count }
        #expect(try service.post(path, Self.body(many.map { Self.rows[$0] })).results == many.map { alone[$0] })
    }
}
