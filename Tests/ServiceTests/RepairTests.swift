import JSON
import Testing

@testable import Service

/// What `reconstruct` says about records of a table.
@Suite(.offThePool, .timeLimit(.minutes(2))) struct RepairTests {
    private static let shared = Result { try TestService([TestModels.orders()]) }
    private let service: TestService

    init() throws {
        service = try Self.shared.get()
    }

    private func repair(_ record: String) throws -> JSONElement {
        let response = try service.post("/v1/models/orders/reconstruct", #"{"records":[\#(record)]}"#)
        #expect(response.status == 200, "\(response.text)")
        let results = try JSONDocument(Array(response.text.utf8)).root.member("results").elements()
        return try #require(results.first { _ in true })
    }

    private static let columns = ["amount", "items", "express", "color", "size", "age", "country"]

    @Test func anOrdinaryRecordStaysAsItIs() throws {
        let result = try repair(
            #"{"amount":18.25,"items":4,"express":"no","color":"red","size":"medium","age":45,"country":"DE"}"#)
        #expect(try result.member("moved").elements().count { _ in true } == 0)
        #expect(try result.member("imputed").elements().count { _ in true } == 0)
        let repaired = try result.member("repaired")
        #expect(try repaired.member("amount").double() == 18.25)
        #expect(try repaired.member("size").string() == "medium")
        for name in ["reconstruction", "repaired"] {
            #expect(try result.member(name).members().map(\.key) == Self.columns)
        }
    }

    @Test func aWildCellIsMovedAndAMissingOneImputed() throws {
        let result = try repair(
            #"{"amount":1e9,"items":4,"express":"perhaps","color":"red","size":"medium","age":null,"country":"FR"}"#)
        var moved: [String: JSONElement] = [:]
        for cell in try result.member("moved").elements() { moved[try cell.member("column").string()] = cell }
        #expect(try moved["amount"]?.member("observed").double() == 1e9)
        #expect(try #require(moved["amount"]).member("nats").double() > 2)
        #expect(try moved["express"]?.member("observed").string() == "perhaps")
        #expect(try moved["country"]?.member("expected").string() == "DE")
        #expect(moved["color"] == nil && moved["age"] == nil)
        #expect(try result.member("imputed").strings() == ["age"])
        let (repaired, expected) = try (result.member("repaired"), result.member("reconstruction"))
        #expect(try repaired.member("amount").double() == expected.member("amount").double())
        #expect(try repaired.member("amount").double() < 1_000)
        #expect(["yes", "no"].contains(try repaired.member("express").string()))
        #expect(try (10.0...90).contains(repaired.member("age").double()))
        #expect(try repaired.member("color").string() == "red")
    }

    @Test func recordsByPositionAreAnsweredByPosition() throws {
        let response = try service.post(
            "/v1/models/orders/reconstruct", #"{"inputs":[[18.25,4,"no","red","medium",null,"DE"]]}"#)
        let result = try #require(response.results.first)
        #expect(result.hasPrefix(#""reconstruction":["#))
        #expect(result.contains(#""repaired":[18.25,4,"no","red","medium","#))
        #expect(result.hasSuffix(#""moved":[],"imputed":["age"]"#))
    }

    /// A table that can be read as one of the same columns.
    @Test func aTableIsAnsweredByTheRepairedTable() throws {
        let table = "id,amount,items,express,color,size,age,country\n5,18.25,4,no,\"blue, dark\",medium,45,DE\n"
        let response = try service.post("/v1/models/orders/reconstruct", table, type: "text/csv")
        #expect(response.text == table)
    }

    @Test func whatWasRepairedIsLessStrange() throws {
        let record =
            #"{"amount":1e9,"items":4,"express":"perhaps","color":"red","size":"medium","age":null,"country":"DE"}"#
        let repaired = try service.post(
            "/v1/models/orders/reconstruct", #"{"records":[\#(record)]}"#, accept: "text/csv")
        let before = try service.post(
            "/v1/models/orders/score", record, type: "application/x-ndjson", accept: "text/csv")
        let after = try service.post("/v1/models/orders/score", repaired.text, type: "text/csv")
        func score(_ response: TestResponse) throws -> Double {
            let lines = response.lines.map { $0.split(separator: ",", omittingEmptySubsequences: false) }
            let place = try #require(lines.first?.firstIndex(of: "score"))
            return try #require(Double(lines[1][place]))
        }
        #expect(try score(after) < score(before) - 10)
    }
}
