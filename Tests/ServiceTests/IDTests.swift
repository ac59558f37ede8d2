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

    @Test func aNamedColumnMustBeThere() throws {
        let bodies = [
            (path, Orders.csv(TestModels.orderRows(2, seed: 1))), ("/v1/models/plain/score", "a,b,c\n1,2,3\n"),
        ]
        for (path, body) in bodies {
            for response in [
                try service.post("\(path)?id=key", body, type: "text/csv"),
                try service.stream("\(path)?id=key", body, type: "text/csv"),
            ] {
                #expect(response.status == 422)
                #expect(
                    response.text == envelope("missing_column", "column 'key' is missing", #","column":"key""#))
            }
        }
    }

    @Test func aRaggedRowKeepsItsName() throws {
        let good = "4.5,2,no,red,small,DE"
        let table = "id,amount,items,express,color,size,country\na,\(good)\nb,4.5,2\nc,\(good),9\n"
        let plain = "key,a,b,c\na,1,2,3\nb,1\nc,1,2,3,4\n"
        for response in [
            try service.post("\(path)?on_error=skip", table, type: "text/csv"),
            try service.stream("\(path)?on_error=skip", table, type: "text/csv"),
            try service.post("/v1/models/plain/score?on_error=skip&id=key", plain, type: "text/csv"),
        ] {
            #expect(response.lines.map { String($0.prefix { $0 != "," }) } == ["id", "a", "b", "c"])
        }
    }
}
