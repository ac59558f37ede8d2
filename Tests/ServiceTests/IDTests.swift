import Testing

@testable import Service

/// Whether answers have the names of records does not depend on the records, nor on how they come.
@Suite(.offThePool, .timeLimit(.minutes(2))) struct IDTests {
    private static let shared = Result { try TestService([TestModels.orders(), TestModels.plain()]) }
    private let service: TestService
    private let path = "/v1/models/orders/score"

    init() throws {
        service = try Self.shared.get()
    }

    /// The last alone has a name.
    private static let records =
        TestModels.orderRows(1_500, seed: 12).map { Orders.record($0) }
        + [Orders.record(TestModels.orderRows(1, seed: 13)[0]).replacing("{", with: "{\"id\":\"last\",")]

    private func check(table lines: [String]) {
        #expect(lines.count == Self.records.count + 1)
        #expect(lines.first?.hasPrefix("id,score,") == true)
        #expect(lines.dropFirst().dropLast().allSatisfy { $0.hasPrefix(",") })
        #expect(lines.last?.hasPrefix("last,") == true)
    }

    private func check(objects lines: [String]) {
        #expect(lines.count == Self.records.count)
        #expect(lines.dropLast().allSatisfy { $0.hasPrefix("\"score\":") })
        #expect(lines.last?.hasPrefix("\"id\":\"last\",\"score\":") == true)
    }

    @Test func aNameBehindManyWithoutIsNotLost() throws {
        let ndjson = Self.records.joined(separator: "\n") + "\n"
        let json = #"{"records":["# + Self.records.joined(separator: ",") + "]}"
        check(table: try service.post(path, ndjson, type: "application/x-ndjson", accept: "text/csv").lines)
        check(table: try service.stream(path, ndjson, type: "application/x-ndjson", accept: "text/csv").lines)
        check(table: try service.post(path, json, accept: "text/csv").lines)
        check(objects: try service.post(path, ndjson, type: "application/x-ndjson", accept: "application/json").results)
        check(
            objects: try service.stream(path, ndjson, type: "application/x-ndjson", accept: "application/json").results)
        check(objects: try service.post(path, json).results)
    }

    @Test func recordsWithoutNamesHaveAnEmptyOne() throws {
        let record = Self.records[0]
        for response in [
            try service.post(path, record, type: "application/x-ndjson", accept: "text/csv"),
            try service.stream(path, record, type: "application/x-ndjson", accept: "text/csv"),
            try service.post(path, #"{"records":\#(record)}"#, accept: "text/csv"),
            try service.post(path, #"{"inputs":[4.5,2,"no","red","small",null,"DE"]}"#, accept: "text/csv"),
        ] {
            #expect(response.line(0).hasPrefix("id,score,"), "\(response.text)")
            #expect(response.line(1).hasPrefix(","))
        }
    }
}
