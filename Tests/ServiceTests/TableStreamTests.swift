import Dispatch
import Synchronization
import Testing

@testable import Service

/// Tables that are answered while they arrive.
@Suite(.offThePool, .timeLimit(.minutes(2))) struct TableStreamTests {
    private static let shared = Result { try TestService([TestModels.orders(), TestModels.plain()]) }
    private let service: TestService

    init() throws {
        service = try Self.shared.get()
    }

    private static let rows = TestModels.orderRows(2_500, seed: 31)
    private static let csv = Orders.csv(rows)
    private static let ndjson = rows.map { Orders.record($0) + "\n" }.joined()

    // MARK: The same bytes

    /// Whatever the pieces that the network makes of a body.
    @Test(arguments: [700, 4_096, 1 << 20], ["score", "encode", "reconstruct"])
    func aStreamedTableIsAnsweredAsAHeldOne(_ piece: Int, _ verb: String) throws {
        let path = "/v1/models/orders/\(verb)"
        let first = Self.rows.prefix(1_000)
        let bodies = [
            ("text/csv", Orders.csv(Array(first)), Self.csv),
            ("application/x-ndjson", first.map { Orders.record($0) + "\n" }.joined(), Self.ndjson),
        ]
        for (type, short, long) in bodies {
            let held = try service.post(path, short, type: type)
            #expect(held.status == 200)
            let streamed = try service.stream(path, long, type: type, piece: piece)
            #expect(streamed.status == 200)
            #expect(Array(streamed.lines.prefix(held.lines.count)) == held.lines)
            #expect(streamed.lines.count == held.lines.count + 1_500)
        }
    }

    @Test(arguments: ["application/json", "text/csv", "application/x-ndjson"])
    func aStreamIsAnsweredInEveryForm(_ accept: String) throws {
        let small = Orders.csv(Array(Self.rows.prefix(900)))
        let path = "/v1/models/orders/score"
        let held = try service.post(path, small, type: "text/csv", accept: accept)
        #expect(held.status == 200)
        #expect(try service.stream(path, small, type: "text/csv", accept: accept).text == held.text)
        let whole = try service.stream(path, Self.csv, type: "text/csv", accept: accept)
        let count = accept == "application/json" ? whole.results.count : whole.lines.count
        #expect(count == Self.rows.count + (accept == "text/csv" ? 1 : 0))
    }

    /// Above 256 KiB a held table is answered in batches; above 1 MiB it is streamed.
    @Test(arguments: [2_500, 8_000, 26_000])
    func everyLengthIsAnsweredAlike(_ count: Int) throws {
        let rows = (0..<count).map { Self.rows[$0 * 7 % 100] }
        let answers = try service.post(
            "/v1/models/orders/score", Orders.csv(Array(Self.rows.prefix(100))), type: "text/csv"
        ).lines
        let response = try service.post("/v1/models/orders/score", Orders.csv(rows), type: "text/csv")
        #expect(response.status == 200)
        var expected = [answers[0]]
        for row in 0..<count { expected.append(answers[1 + row * 7 % 100]) }
        #expect(response.lines == expected)
    }

    @Test func manyClientsGetTheSameBytes() throws {
        let expected = try service.post(
            "/v1/models/orders/score", Orders.csv(Array(Self.rows.prefix(600))), type: "text/csv"
        ).lines
        let wrong = Mutex<[String]>([])
        DispatchQueue.concurrentPerform(iterations: 12) { number in
            do {
                for round in 0..<4 {
                    let (start, count) = ((number * 37 + round * 11) % 500, [1, 20, 100][(number + round) % 3])
                    let table = Orders.csv(Array(Self.rows[start..<start + count]))
                    let response =
                        number.isMultiple(of: 2)
                        ? try service.stream("/v1/models/orders/score", table, type: "text/csv", piece: 1_000)
                        : try service.post("/v1/models/orders/score", table, type: "text/csv")
                    if response.lines != [expected[0]] + expected[start + 1..<start + 1 + count] {
                        wrong.withLock { $0.append("\(response.status) \(response.text.prefix(300))") }
                    }
                }
            } catch {
                wrong.withLock { $0.append("\(error)") }
            }
        }
        #expect(wrong.withLock { $0 } == [])
    }

    /// More passes than one request of JSON may ask for.
    @Test func aTableOfMuchWorkIsAnsweredInBatches() throws {
        let table = Orders.csv(Array(Self.rows.prefix(600)))
        let path = "/v1/models/orders/score?samples=2000"
        let held = try service.post(path, table, type: "text/csv")
        #expect(held.status == 200)
        #expect(held.lines.count == 601)
        let one = try service.post(path, Orders.csv([Self.rows[599]]), type: "text/csv")
        #expect(one.lines.last == held.lines.last)
    }

    // MARK: Faults

    @Test func aFaultAtTheEndEndsAll() throws {
        let path = "/v1/models/orders/score"
        let table = Self.csv + "1,2,no,red,small,,DE\n"
        let response = try service.stream(path, table, type: "text/csv")
        #expect(response.status == 422)
        #expect(
            response.text
                == envelope(
                    "shape_mismatch", "row 2501 (line 2502), expected 8 fields, got 7",
                    #","row":2501,"line":2502,"expected":"8","got":"7""#))
        let lines = try service.stream(path, Self.ndjson + "{\"amount\":}\n", type: "application/x-ndjson")
        #expect(lines.status == 400)
        #expect(lines.text.hasPrefix(#"{"error":{"code":"invalid_json","message":"row 2501 (line 2501), "#))
        #expect(lines.text.contains(#""row":2501,"line":2501"#))
    }

    /// The client still sends when the answer comes.
    @Test func aFaultAtTheStartIsToldAtOnce() throws {
        let response = try service.stream(
            "/v1/models/orders/score", "amount,colour\n" + String(repeating: "1,2\n", count: 500_000), type: "text/csv")
        #expect(response.status == 422)
        #expect(response.text.hasPrefix(#"{"error":{"code":"unknown_column","message":"unknown column 'colour'; "#))
        #expect(response.text.contains(#""column":"colour""#))
    }

    @Test(arguments: [
        ("/v1/models/orders/score?alpa=1", 422, "unknown_parameter"), ("/v1/models/none/score", 404, "unknown_model"),
        ("/v1/models/orders/sample", 415, "unsupported_content_type"),
        ("/v1/none", 404, "unknown_path"), ("/v1/models/orders/drift", 405, "method_not_allowed"),
    ])
    func aHeadThatIsWrongIsRefusedBeforeTheBody(_ path: String, _ status: Int, _ code: String) throws {
        let client = try service.connect()
        // All of a head, and none of the body it announces.
        try client.send(
            Array(
                "POST \(path) HTTP/1.1\r\nHost: a\r\nContent-Type: text/csv\r\nContent-Length: 99000000\r\n\r\n".utf8))
        let response = try client.response()
        #expect(response.status == status)
        #expect(response.text.hasPrefix(#"{"error":{"code":"\#(code)","#))
    }

    @Test(arguments: ["text/csv", "application/x-ndjson"])
    func badRecordsStayInTheirPlaces(_ type: String) throws {
        let bad = [3, 1_500, 2_502]
        var rows = type == "text/csv" ? Self.rows : Self.rows.map { Orders.record($0) }
        for place in bad { rows.insert("broken", at: place) }
        let body = type == "text/csv" ? Orders.csv(rows) : rows.joined(separator: "\n")
        let path = "/v1/models/orders/score?on_error=skip"
        let response = try service.stream(path, body, type: type, accept: "application/x-ndjson")
        #expect(response.status == 200)
        let good = try service.stream(
            "/v1/models/orders/score", Self.csv, type: "text/csv", accept: "application/jsonl")
        var lines = response.lines
        #expect(lines.count == 2_503)
        for place in bad.reversed() {
            #expect(lines.remove(at: place).hasPrefix(#"{"row":\#(place + 1),"error":{"code":"#))
        }
        #expect(lines == good.lines)
        let json = try service.stream(path, body, type: type, accept: "application/json")
        #expect(json.text.hasSuffix(#""faults":3}"# + "\n"))
        #expect(json.results.map { "{\($0)}" } == response.lines)
    }

    // MARK: Ends

    @Test func aClientThatLeavesIsForgotten() throws {
        let service = try TestService([TestModels.orders()])
        do {
            let client = try service.connect()
            let head = "POST /v1/score HTTP/1.1\r\nHost: a\r\nContent-Type: text/csv\r\nContent-Length: 9000000\r\n\r\n"
            try client.send(Array((head + Self.csv).utf8))
            #expect(eventually { service.service.inFlight == 1 })
        }
        #expect(eventually { service.service.inFlight == 0 })
        #expect(try service.post("/v1/score", Orders.csv([Self.rows[0]]), type: "text/csv").status == 200)
    }

    /// Half a table is no table: nothing is answered.
    @Test func aBodyThatEndsEarlyIsNotAnswered() throws {
        let client = try service.connect()
        let head = "POST /v1/models/orders/score HTTP/1.1\r\nHost: a\r\nContent-Type: text/csv\r\n"
        try client.send(Array((head + "Content-Length: 9000000\r\n\r\n" + Self.csv).utf8))
        client.endSending()
        #expect(throws: TestClient.Broken.self) { try client.response() }
    }

    @Test func nobodyWaitsForEverWhenNobodyComputes() throws {
        let idle = try TestService([TestModels.orders()]) { ($0.workers, $0.requestTimeout) = (0, .milliseconds(100)) }
        #expect(try idle.stream("/v1/score", Self.csv, type: "text/csv").status == 504)
    }

    @Test func stoppingTellsThoseWhoStillSend() throws {
        let service = try TestService([TestModels.orders()])
        let client = try service.connect()
        let head = "POST /v1/score HTTP/1.1\r\nHost: a\r\nContent-Type: text/csv\r\nContent-Length: 9000000\r\n\r\n"
        try client.send(Array((head + Self.csv).utf8))
        #expect(eventually { service.service.inFlight == 1 })
        service.service.stop(deadline: .milliseconds(50))
        #expect(service.service.inFlight == 0)
    }
}
