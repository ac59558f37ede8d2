import Testing

@testable import Service

/// Bodies that are broken in every way that clients break them: each is refused with its place, nothing crashes, no row is
/// dropped in silence, and the next request is answered.
@Suite(.offThePool, .timeLimit(.minutes(2))) struct HostileBodiesTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let type: String
        let body: [UInt8]
        let status: Int
        let code: String
        var row: Int?
        var line: Int?
        var column: String?

        var testDescription: String { name }
    }

    private static func csv(
        _ name: String, _ body: String, _ status: Int, _ code: String, row: Int? = nil, line: Int? = nil,
        column: String? = nil
    ) -> Case {
        Case(
            name: "CSV: \(name)", type: "text/csv", body: Array(body.utf8), status: status, code: code, row: row,
            line: line, column: column)
    }

    private static func json(
        _ name: String, _ body: String, _ status: Int, _ code: String, row: Int? = nil, column: String? = nil
    ) -> Case {
        Case(
            name: "JSON: \(name)", type: "application/json", body: Array(body.utf8), status: status, code: code,
            row: row, column: column)
    }

    private static func lines(
        _ name: String, _ body: String, _ status: Int, _ code: String, row: Int? = nil, line: Int? = nil,
        column: String? = nil
    ) -> Case {
        Case(
            name: "NDJSON: \(name)", type: "application/x-ndjson", body: Array(body.utf8), status: status, code: code,
            row: row, line: line, column: column)
    }

    // MARK: CSV

    private static let header = "amount,items,express,color,size,age,country\n"
    private static let good = "4.5,2,no,red,small,30,DE\n"

    private static let tables = [
        csv("nothing at all", "", 422, "empty_input"),
        csv("only line ends", "\r\n\n\r\n", 422, "empty_input"),
        csv("only a byte order mark", "\u{FEFF}", 422, "empty_input"),
        csv("a header without rows", header, 422, "empty_input"),
        csv("a column that the model does not know", "amount,itmes\n1,2\n", 422, "unknown_column", column: "itmes"),
        csv(
            "a name with another case", header.replacing("amount", with: "Amount") + good, 422, "unknown_column",
            column: "Amount"),
        csv(
            "no header", good + good, 422, "unknown_column", column: "4.5"),
        csv(
            "a column that is missing", "amount,items,express,color,size\n1,2,no,red,small\n", 422, "missing_column",
            column: "country"),
        csv(
            "a column twice", "amount,amount,items,express,color,size,country\n", 422, "duplicate_column",
            column: "amount"),
        csv("two columns without names", ",,amount\n1,2,3\n", 422, "duplicate_column", column: ""),
        csv("semicolons", header.replacing(",", with: ";") + "4;5;6;7;8;9;0\n", 422, "unknown_column"),
        csv("tabs", header.replacing(",", with: "\t"), 422, "unknown_column"),
        csv("a row too short", header + good + "1,2,no,red\n" + good, 422, "shape_mismatch", row: 2, line: 3),
        csv(
            "a row too long", header + good + good + "1,2,no,red,small,3,DE,x\n", 422, "shape_mismatch", row: 3, line: 4
        ),
        csv("the last row cut off", header + good + "4.5,2,n", 422, "shape_mismatch", row: 2, line: 3),
        csv(
            "a word for a number", header + good + "lots,2,no,red,small,30,DE\n", 422, "not_a_number", row: 2, line: 3,
            column: "amount"),
        csv(
            "a corrupted number", header + "4.5.6,2,no,red,small,30,DE\n", 422, "not_a_number", row: 1, line: 2,
            column: "amount"),
        csv(
            "a decimal comma", header + "\"4,5\",2,no,red,small,30,DE\n", 422, "not_a_number", row: 1, line: 2,
            column: "amount"),
        csv(
            "a hexadecimal number", header + "0x10,2,no,red,small,30,DE\n", 422, "not_a_number", row: 1, line: 2,
            column: "amount"),
        csv(
            "an infinity", header + "4.5,inf,no,red,small,30,DE\n", 422, "not_a_number", row: 1, line: 2,
            column: "items"),
        csv(
            "a number beyond double precision", header + good + good + "1e999,2,no,red,small,30,DE\n", 422,
            "out_of_range", row: 3, line: 4, column: "amount"),
        csv(
            "an empty cell where there must be one", header + good + "4.5,,no,red,small,30,DE\n", 422, "missing_value",
            row: 2, line: 3, column: "items"),
        csv(
            "NA where there must be a value", header + "4.5,2,NA,red,small,30,DE\n", 422, "missing_value", row: 1,
            line: 2, column: "express"),
        csv("a quote that never ends", header + good + "4.5,2,no,\"red,small,30,DE\n", 400, "invalid_csv", line: 3),
        csv("a quote within a cell", header + "4.5,2,no,r\"ed,small,30,DE\n", 400, "invalid_csv", line: 2),
        csv("text behind a quote", header + "4.5,2,no,\"red\"dish,small,30,DE\n", 400, "invalid_csv", line: 2),
        csv(
            "a fault behind quoted line ends", header + "4.5,2,no,\"a\nb\nc\",small,30,DE\nx,2,no,red,small,30,DE\n",
            422, "not_a_number", row: 2, line: 5, column: "amount"),
        csv("JSON", #"{"records":[{"amount":1}]}"#, 400, "invalid_csv", line: 1),
        Case(
            name: "CSV: a header that is not UTF-8", type: "text/csv", body: [0x61, 0xFF, 0x0A, 0x31, 0x0A],
            status: 400,
            code: "invalid_csv", line: 1),
        Case(
            name: "CSV: UTF-16", type: "text/csv", body: [0xFF, 0xFE, 0x61, 0x00, 0x0A, 0x00], status: 400,
            code: "invalid_csv", line: 1),
        Case(
            name: "CSV: zero bytes in a number", type: "text/csv",
            body: Array(header.utf8) + [0x34, 0x00] + Array(",2,no,red,small,30,DE\n".utf8), status: 422,
            code: "not_a_number", row: 1, line: 2, column: "amount"),
        Case(
            name: "CSV: gzip", type: "text/csv", body: [0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03],
            status: 400, code: "invalid_csv", line: 1),
    ]

    // MARK: JSON

    private static let record = #""items":2,"express":"no","color":"red","size":"small","country":"DE""#
    private static let goodRecord = #"{"amount":4.5,\#(record)}"#

    private static let objects = [
        json("nothing at all", "", 400, "invalid_json"),
        json("cut off", #"{"records":[{"amount":1"#, 400, "invalid_json"),
        json("a comma too many", #"{"records":[\#(goodRecord),]}"#, 400, "invalid_json"),
        json("single quotes", "{'records':[]}", 400, "invalid_json"),
        json("NaN", #"{"records":[{"amount":NaN}]}"#, 400, "invalid_json"),
        json("two documents", #"{"records":[\#(goodRecord)]}{}"#, 400, "invalid_json"),
        json("a key twice", #"{"records":[{"amount":1,"amount":2}]}"#, 400, "invalid_json"),
        json("deeply nested", String(repeating: "[", count: 100_000), 400, "invalid_json"),
        json("a lone surrogate", #"{"records":[{"color":"\ud800"}]}"#, 400, "invalid_json"),
        json("an array", "[\(goodRecord)]", 422, "bad_value"),
        json("no records", #"{"records":[]}"#, 422, "empty_input"),
        json("null for records", #"{"records":null}"#, 422, "bad_value"),
        json("an unknown member", #"{"record":[\#(goodRecord)]}"#, 422, "missing_field"),
        json("a member beside", #"{"records":[\#(goodRecord)],"scale":true}"#, 422, "unknown_field"),
        json("a number among records", #"{"records":[\#(goodRecord),5]}"#, 422, "bad_value", row: 1),
        json("a null among records", #"{"records":[\#(goodRecord),\#(goodRecord),null]}"#, 422, "bad_value", row: 2),
        json(
            "an unknown column", #"{"records":[\#(goodRecord),{"amuont":1,\#(record)}]}"#, 422, "unknown_column",
            row: 1,
            column: "amuont"),
        json("a missing column", #"{"records":[{\#(record)}]}"#, 422, "missing_column", row: 0, column: "amount"),
        json(
            "a null where there must be a value", #"{"records":[{"amount":null,\#(record)}]}"#, 422, "missing_value",
            row: 0, column: "amount"),
        json(
            "a word for a number", #"{"records":[\#(goodRecord),{"amount":"lots",\#(record)}]}"#, 422, "not_a_number",
            row: 1, column: "amount"),
        json(
            "true for a number", #"{"records":[{"amount":true,\#(record)}]}"#, 422, "not_a_number", row: 0,
            column: "amount"),
        json(
            "an array in a cell", #"{"records":[{"amount":[1],\#(record)}]}"#, 422, "not_a_number", row: 0,
            column: "amount"),
        json(
            "an object in a cell", #"{"records":[{"amount":1,\#(record),"age":{}}]}"#, 422, "not_a_number", row: 0,
            column: "age"),
        json("a huge number", #"{"records":[{"amount":1e400,\#(record)}]}"#, 400, "invalid_json"),
        json("a position too few", #"{"inputs":[[4.5,2,"no","red","small",30]]}"#, 422, "shape_mismatch", row: 0),
        json(
            "a position too many",
            #"{"inputs":[[4.5,2,"no","red","small",30,"DE"],[4.5,2,"no","red","small",30,"DE",1]]}"#,
            422, "shape_mismatch", row: 1),
        json(
            "a word at a number's position", #"{"inputs":[[4.5,"x","no","red","small",30,"DE"]]}"#, 422, "not_a_number",
            row: 0, column: "items"),
        json(
            "an id that is none", #"{"records":[{"amount":4.5,\#(record),"id":[1]}]}"#, 422, "bad_value", row: 0,
            column: "id"),
        json("CSV", header + good, 400, "invalid_json"),
        Case(
            name: "JSON: bytes that are not UTF-8", type: "application/json",
            body: Array(#"{"records":[{"color":""#.utf8) + [0xC3, 0x28] + Array(#""}]}"#.utf8), status: 400,
            code: "invalid_json"),
    ]

    // MARK: NDJSON

    private static let jsonLines = [
        lines("nothing at all", "", 422, "empty_input"),
        lines("blank lines", "\n \n\r\n", 422, "empty_input"),
        lines("a line cut off", goodRecord + "\n" + #"{"amount":4"#, 400, "invalid_json", row: 2, line: 2),
        lines("a line that is no JSON", goodRecord + "\n\nhello\n", 400, "invalid_json", row: 2, line: 3),
        lines(
            "two records on a line", goodRecord + "\n" + goodRecord + goodRecord, 400, "invalid_json", row: 2, line: 2),
        lines(
            "an array of records over several lines", "[\n\(goodRecord),\n\(goodRecord)\n]", 400, "invalid_json",
            row: 1,
            line: 1),
        lines("a word for a record", goodRecord + "\n\"x\"\n", 422, "bad_value", row: 2, line: 2),
        lines(
            "a missing column", "\n" + goodRecord + "\n{\(record)}\n", 422, "missing_column", row: 2, line: 3,
            column: "amount"),
        lines(
            "an unknown column", #"{"amount":4.5,\#(record),"x y":1}"#, 422, "unknown_column", row: 1, line: 1,
            column: "x y"),
        lines(
            "a word for a number", goodRecord + "\n" + #"{"amount":"4,5",\#(record)}"#, 422, "not_a_number", row: 2,
            line: 2, column: "amount"),
        lines("an empty record", goodRecord + "\n{}", 422, "missing_column", row: 2, line: 2, column: "amount"),
        lines("a key twice", #"{"amount":4.5,"amount":5,\#(record)}"#, 400, "invalid_json", row: 1, line: 1),
        lines("a byte order mark", "\u{FEFF}" + goodRecord, 400, "invalid_json", row: 1, line: 1),
        lines(
            "an envelope", #"{"records":[\#(goodRecord)]}"#, 422, "unknown_column", row: 1, line: 1, column: "records"),
        Case(
            name: "NDJSON: zero bytes", type: "application/x-ndjson", body: [0, 0, 0, 10, 0], status: 400,
            code: "invalid_json", row: 1, line: 1),
    ]

    private static let cases = tables + objects + jsonLines

    // MARK: Tests

    private static let shared = Result { try TestService([TestModels.orders()]) }

    @Test func thereAreEnough() {
        #expect(Self.cases.count >= 40)
        #expect(Set(Self.cases.map(\.name)).count == Self.cases.count)
    }

    @Test(arguments: cases, ["score", "encode", "reconstruct"])
    func isRefusedWithItsPlace(_ hostile: Case, _ verb: String) throws {
        let service = try Self.shared.get()
        let client = try service.connect()
        try client.send("POST", "/v1/models/orders/\(verb)", bytes: hostile.body, type: hostile.type)
        try check(client.response(), hostile)
        // On the same connection.
        try client.send("POST", "/v1/models/orders/\(verb)", Self.header + Self.good, type: "text/csv")
        let next = try client.response()
        #expect(next.status == 200)
        #expect(next.lines.count == 2)
    }

    /// Streamed, and a byte at a time: the same words.
    @Test(arguments: (tables + jsonLines).filter { !$0.body.isEmpty })
    func isRefusedWhileItArrives(_ hostile: Case) throws {
        let service = try Self.shared.get()
        let held = try service.connect()
        try held.send("POST", "/v1/score", bytes: hostile.body, type: hostile.type)
        let expected = try held.response()
        for piece in [1, 1 << 20] {
            let client = try service.connect()
            let pieces = stride(from: 0, to: hostile.body.count, by: piece).map {
                Array(hostile.body[$0..<min($0 + piece, hostile.body.count)])
            }
            // The answer may come, and the connection end, before all has been sent.
            try? client.sendChunked("/v1/score", pieces, type: hostile.type)
            let response = try client.response()
            try check(response, hostile)
            #expect(response.text == expected.text)
        }
        #expect(try service.post("/v1/score", Self.header + Self.good, type: "text/csv").status == 200)
    }

    private func check(_ response: TestResponse, _ hostile: Case) throws {
        #expect(response.status == hostile.status, "\(response.text)")
        #expect(response.text.hasPrefix(#"{"error":{"code":"\#(hostile.code)","message":""#), "\(response.text)")
        #expect(response.header("content-type") == "application/json")
        let rest = response.text.split(separator: #"","row":"#, maxSplits: 1).last.map(String.init) ?? ""
        if let row = hostile.row {
            #expect(rest.hasPrefix("\(row),") || rest.hasPrefix("\(row)}"), "\(response.text)")
        } else {
            #expect(!response.text.contains(#""row":"#), "\(response.text)")
        }
        if let line = hostile.line { #expect(response.text.contains(#""line":\#(line)"#), "\(response.text)") }
        if let column = hostile.column {
            #expect(response.text.contains(#""column":"\#(column)""#), "\(response.text)")
        }
    }

    // MARK: In their places

    /// Where only records are bad, as many answers as records come back, each in its place.
    @Test(arguments: cases.filter { $0.row != nil })
    func noRowIsDropped(_ hostile: Case) throws {
        let service = try Self.shared.get()
        let client = try service.connect()
        try client.send(
            "POST", "/v1/score?on_error=skip", bytes: hostile.body, type: hostile.type,
            headers: ["Accept: application/json"])
        let response = try client.response()
        #expect(response.status == 200, "\(response.text)")
        let row = try #require(hostile.row)
        let place = hostile.type == "application/json" ? row : row - 1
        let results = response.results
        #expect(results.count == Self.recordCount(hostile), "\(response.text)")
        let bad = try #require(results.indices.contains(place) ? results[place] : nil)
        #expect(bad.hasPrefix(#""row":\#(row),"error":{"code":"\#(hostile.code)","message":""#), "\(bad)")
        let faults = results.count { $0.hasPrefix(#""row":"#) }
        #expect(response.text.hasSuffix("],\"faults\":\(faults)}\n"))
        for (other, result) in results.enumerated() where !result.hasPrefix(#""row":"#) {
            #expect(other != place)
            #expect(result.hasPrefix(#""score":"#))
        }
    }

    /// Records of a body, counted in the simplest way.
    private static func recordCount(_ hostile: Case) -> Int {
        let text = String(decoding: hostile.body, as: UTF8.self)
        switch hostile.type {
        case "text/csv": return text.replacing("\"a\nb\nc\"", with: "").split(separator: "\n").count - 1
        case "application/json":
            return text.contains("inputs") ? text.split(separator: "],[").count : recordsIn(text)
        default: return text.split(whereSeparator: \.isNewline).count { $0.contains { $0 != " " } }
        }
    }

    private static func recordsIn(_ text: String) -> Int {
        let last = text.hasSuffix(",5]}") || text.hasSuffix(",null]}") ? 1 : 0
        return text.split(separator: "country").count - 1 + last
    }

    @Test func aTableOfNothingButFaultsIsAnswered() throws {
        let service = try Self.shared.get()
        let table = Self.header + "x\ny\n"
        for type in ["text/csv", "application/x-ndjson", "application/json"] {
            let response = try service.post("/v1/score?on_error=skip", table, type: "text/csv", accept: type)
            #expect(response.status == 200)
            #expect(response.text.contains("row 2 (line 3)") || response.text.contains(#""row":2,"error":"#))
        }
        let csv = try service.post("/v1/score?on_error=skip", table, type: "text/csv")
        #expect(csv.line(0).hasSuffix(",anomaly,error"))
        #expect(csv.lines.count == 3)
    }

    /// Whatever the length at which a table breaks off, nothing crashes, and what is answered is answered in full.
    @Test func survivesTruncationAtEveryLength() throws {
        let service = try Self.shared.get()
        let client = try service.connect()
        let table = Self.header + Self.good + "7,3,\"yes\",green,small,,DE\r\n"
        let bytes = Array(table.utf8)
        for length in 0...bytes.count {
            try client.send("POST", "/v1/score", bytes: Array(bytes[..<length]), type: "text/csv")
            let response = try client.response()
            #expect([200, 400, 422].contains(response.status))
            if response.status == 200 {
                let rows = String(decoding: bytes[..<length], as: UTF8.self).split(whereSeparator: \.isNewline).count
                #expect(response.lines.count == rows)
            }
        }
    }
}
