import JSON
import Testing

@testable import Service

/// Every way in and every way out gives a row the same bytes.
@Suite(.offThePool, .timeLimit(.minutes(2))) struct FormTests {
    private static let shared = Result { try TestService([TestModels.orders(), TestModels.plain()]) }
    private let service: TestService

    init() throws {
        service = try Self.shared.get()
    }

    private static let rows = TestModels.orderRows(30, seed: 9)
    private static let csv = Orders.csv(rows)

    /// What rows are answered as NDJSON in one request of CSV.
    private func expected(_ verb: String, _ query: String = "") throws -> [String] {
        let response = try service.post(
            "/v1/models/orders/\(verb)\(query)", Self.csv, type: "text/csv", accept: "application/x-ndjson")
        #expect(response.status == 200, "\(response.text)")
        #expect(response.lines.count == Self.rows.count)
        #expect(Set(response.lines).count > Self.rows.count / 2)
        return response.lines
    }

    // MARK: Ways in

    @Test(arguments: [("score", ""), ("score", "?contributions=true"), ("encode", ""), ("reconstruct", "")])
    func everyWayInGivesTheSameBytes(_ verb: String, _ query: String) throws {
        let expected = try expected(verb, query)
        let path = "/v1/models/orders/\(verb)\(query)"
        let records = Self.rows.map { Orders.record($0) }
        let ndjson = records.joined(separator: "\n") + "\n"
        let lines = try service.post(path, ndjson, type: "application/x-ndjson")
        #expect(lines.header("content-type") == "application/x-ndjson")
        #expect(lines.lines == expected)
        let json = try service.post(path, #"{"records":["# + records.joined(separator: ",") + "]}")
        #expect(json.header("content-type") == "application/json")
        #expect(json.results.map { "{\($0)}" } == expected)
        let alone = try records.map { try service.post(path, #"{"records":\#($0)}"#).results }
        #expect(alone.flatMap { $0 }.map { "{\($0)}" } == expected)
        for (row, line) in zip(Self.rows, expected).prefix(5) {
            let one = try service.post(path, Orders.csv([row]), type: "text/csv", accept: "application/jsonl")
            #expect(one.lines == [line])
        }
    }

    @Test(arguments: ["score", "encode"])
    func recordsByPositionAreThoseByName(_ verb: String) throws {
        let expected = try expected(verb)
        let path = "/v1/models/orders/\(verb)"
        let inputs = Self.rows.map { Orders.positions($0) }
        let response = try service.post(path, #"{"inputs":["# + inputs.joined(separator: ",") + "]}")
        #expect(response.results.map { "{\($0)}" } == expected)
        #expect(try service.post(path, #"{"inputs":\#(inputs[0])}"#).results.map { "{\($0)}" } == [expected[0]])
    }

    @Test func columnsMayComeInAnyOrder() throws {
        let expected = try expected("score")
        let backwards = Self.rows.map { Orders.record($0, reversed: true) }
        let lines = try service.post(
            "/v1/models/orders/score", backwards.joined(separator: "\n"), type: "application/ndjson")
        #expect(lines.lines == expected)
        let table = "size,items,remark,express,amount,age,color,country\r\nsmall,2,,no,4.5,,red,DE\r\n"
        let other = "amount,items,express,color,size,age,country,remark\n4.5,2,no,red,small,,DE,\n"
        let score = try service.post("/v1/models/orders/score", table, type: "text/csv")
        #expect(score.status == 200)
        #expect(try score.text == service.post("/v1/models/orders/score", other, type: "text/csv").text)
    }

    @Test func tablesMayBeWrittenInEveryWayThatIsCSV() throws {
        let plain = "amount,items,express,color,size,country\n4.5,2,no,red,small,DE\n7,3,yes,\"blue, dark\",small,DE\n"
        let expected = try service.post("/v1/models/orders/score", plain, type: "text/csv")
        #expect(expected.lines.count == 3)
        let ways = [
            "\u{FEFF}" + plain, plain.replacing("\n", with: "\r\n"), String(plain.dropLast()), plain + "\n\n",
            plain.replacing("4.5,2", with: "\"4.5\",\"2\"").replacing("amount", with: "\"amount\""),
            plain.replacing("4.5,2", with: "4.50e0, 2 "), plain.replacing("4.5,2", with: "+4.5,2.0"),
        ]
        for way in ways {
            #expect(try service.post("/v1/models/orders/score", way, type: "text/csv").text == expected.text, "\(way)")
        }
    }

    @Test func anEmptyCellIsANullAndAnAbsentOne() throws {
        let base = #""amount":4.5,"items":2,"express":"no","color":"red","size":"small","country":"DE""#
        let records = ["{\(base)}", "{\(base),\"age\":null}", "{\(base),\"age\":\"\"}", "{\(base),\"age\":\"NA\"}"]
        let answers = try records.map { try service.post("/v1/models/orders/score", #"{"records":\#($0)}"#).results }
        #expect(Set(answers).count == 1)
        let whole = try service.post("/v1/models/orders/score", #"{"records":{\#(base),"age":30}}"#)
        #expect(whole.results.count == 1)
        #expect(whole.results != answers[0])
    }

    // MARK: Ways out

    @Test func answersInTheFormOfTheBody() throws {
        let csv = try service.post("/v1/models/orders/score", Self.csv, type: "text/csv")
        #expect(csv.header("content-type") == "text/csv; charset=utf-8")
        #expect(
            csv.line(0) == "score,reconstruction,kl,std_error,anomaly_score,p_value,percentile,anomaly")
        #expect(csv.lines.count == 31)
    }

    /// The numbers are the same text in each form.
    @Test func everyFormSaysTheSameNumbers() throws {
        let path = "/v1/models/orders/score"
        let csv = try service.post(path, Self.csv, type: "text/csv").lines.dropFirst()
        let lines = try expected("score")
        for (cells, line) in zip(csv, lines) {
            let names = "score,reconstruction,kl,std_error,anomaly_score,p_value,percentile,anomaly"
            let pairs = zip(names.split(separator: ","), cells.split(separator: ",")).map { "\"\($0)\":\($1)" }
            #expect("{" + pairs.joined(separator: ",") + "}" == line)
        }
        let json = try service.post(path, Self.csv, type: "text/csv", accept: "application/json")
        #expect(json.text.hasPrefix(#"{"model":"orders","version":"7","seed":1,"results":["#))
        #expect(json.results.map { "{\($0)}" } == lines)
        #expect(json.text.hasSuffix("}]}\n"))
    }

    @Test func plainVectorsAnswerInEveryFormToo() throws {
        let body = #"{"inputs":[[1,2,3],[4,5,6]]}"#
        let path = "/v1/models/plain/score"
        let json = try service.post(path, body)
        let lines = try service.post(path, body, accept: "application/x-ndjson")
        #expect(lines.lines == json.results.map { "{\($0)}" })
        let csv = try service.post(path, body, accept: "text/csv")
        #expect(csv.line(0) == "score,reconstruction,kl,std_error")
        #expect(csv.lines.count == 3)
        let draws = try service.post("/v1/models/plain/sample", #"{"seed":1,"count":2}"#, accept: "text/csv")
        #expect(draws.line(0) == "latent_0,latent_1,sample_0,sample_1,sample_2")
        #expect(draws.lines.count == 3)
    }

    /// By position, whatever the names.
    @Test func plainVectorsComeInEveryForm() throws {
        let path = "/v1/models/plain/score"
        let json = try service.post(path, #"{"inputs":[[1,2,3],[4,5,6.5]]}"#)
        let lines = try service.post(
            path, "[1,2,3]\n\n[4,5,6.5]", type: "application/x-ndjson", accept: "application/json")
        #expect(lines.text == json.text)
        let table = try service.post(path, "a,b,c\n1,2,3\n4,5,6.5\n", type: "text/csv", accept: "application/json")
        #expect(table.text == json.text)
        let streamed = try service.stream(
            path, "[1,2,3]\n[4,5,6.5]\n", type: "application/jsonl", accept: "application/json")
        #expect(streamed.text == json.text)
        let named = try service.post("\(path)?id=id", "id,b,a,c\nx,1,2,3\n", type: "text/csv")
        #expect(named.line(1).hasPrefix("x,"))
        let asked = try service.post("\(path)?id=n", "[1,2,3]\n", type: "application/x-ndjson", accept: "text/csv")
        #expect(asked.line(0).hasPrefix("score,"))
    }

    @Test func refusesFormsThatThereAreNot() throws {
        let response = try service.post("/v1/models/orders/score", Self.csv, type: "text/csv", accept: "text/html")
        #expect(response.status == 406)
        #expect(response.text.hasPrefix(#"{"error":{"code":"not_acceptable","message":""#))
        #expect(response.header("content-type") == "application/json")
    }

    // MARK: The caller's own names

    @Test func passesTheCallersNamesThrough() throws {
        let table =
            "id,amount,items,express,color,size,country\na-1,4.5,2,no,red,small,DE\n007,7,3,yes,green,small,DE\n12,7,3,yes,red,small,DE\n"
        let csv = try service.post("/v1/models/orders/score", table, type: "text/csv")
        #expect(csv.line(0).hasPrefix("id,score,"))
        #expect(csv.lines.dropFirst().map { $0.prefix { $0 != "," } } == ["a-1", "007", "12"])
        let lines = try service.post("/v1/models/orders/score", table, type: "text/csv", accept: "application/x-ndjson")
        #expect(lines.lines.map { $0.prefix { $0 != "," } } == [#"{"id":"a-1""#, #"{"id":"007""#, #"{"id":12"#])
    }

    @Test func namesAreNoPartOfAnAnswer() throws {
        let row = #""amount":4.5,"items":2,"express":"no","color":"red","size":"small","country":"DE""#
        let path = "/v1/models/orders/score"
        let bare = try service.post(path, #"{"records":[{\#(row)}]}"#).results[0]
        let named = try service.post(path, #"{"records":[{\#(row),"id":5},{\#(row)},{"id":"é\"",\#(row)}]}"#)
        #expect(named.results == [#""id":5,\#(bare)"#, bare, #""id":"é\"",\#(bare)"#])
        let other = try service.post("\(path)?id=order", #"{"records":[{\#(row),"order":7}]}"#)
        #expect(other.results == [#""id":7,\#(bare)"#])
        let member = try service.post(path, #"{"id":"order","records":[{\#(row),"order":7}]}"#)
        #expect(member.text == other.text)
    }

    @Test func anIgnoredColumnMayNameRecords() throws {
        let response = try service.post("/v1/models/orders/score?id=remark", Self.csv, type: "text/csv")
        #expect(response.line(0).hasPrefix("id,score"))
        #expect(response.line(3).hasPrefix("no 2,"))
        let refused = try service.post("/v1/models/orders/score?id=amount", Self.csv, type: "text/csv")
        #expect(refused.status == 422)
        #expect(refused.text.contains("'id' must be a column that is not one of the model's, not 'amount'"))
    }
}

/// Orders in other forms than CSV.
enum Orders {
    static func csv(_ rows: [String]) -> String {
        TestModels.ordersHeader + "\n" + rows.map { $0 + "\n" }.joined()
    }

    /// A line of CSV as JSON cells with their names.
    private static func cells(_ row: String) -> [(name: String, value: String)] {
        var (fields, isQuoted) = ([""], false)
        for character in row {
            switch character {
            case "\"": isQuoted.toggle()
            case "," where !isQuoted: fields.append("")
            default: fields[fields.count - 1].append(character)
            }
        }
        return zip(TestModels.ordersHeader.split(separator: ","), fields).map { name, field in
            (String(name), field.isEmpty ? "null" : Double(field) == nil ? "\"\(field)\"" : field)
        }
    }

    static func record(_ row: String, reversed: Bool = false) -> String {
        let members = cells(row).map { "\"\($0.name)\":\($0.value)" }
        return "{" + (reversed ? members.reversed() : members).joined(separator: ",") + "}"
    }

    /// Only the columns of the model, in its order.
    static func positions(_ row: String) -> String {
        "[" + cells(row).filter { $0.name != "remark" }.map(\.value).joined(separator: ",") + "]"
    }
}
