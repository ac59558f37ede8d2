import JSON
import Records
import TestSupport
import Testing

@testable import RecordIO

@Suite struct JSONRecordsTests {
    private static let object =
        #"{"age": 48, "fee": 0, "visits": 3, "flag": 1, "open": true, "colour": "red", "size": 10, "site": 1.5}"#
    private static let codes: [Float] = [1, -2, 3, 1, 1, 0, 2, 0]

    @Test func readsObjectsAndArrays() throws {
        let array = #"[48, 0, 3, 1, true, "red", 10, 1.5]"#
        #expect(try RecordTexts().array("[\(Self.object), \(array)]").codes == Self.codes + Self.codes)
        #expect(try RecordTexts().lines("\(Self.object)\n\(array)\n").codes == Self.codes + Self.codes)
        #expect(try RecordTexts().array("[]").count == 0)
    }

    @Test func namesMayComeInAnyOrderWithIgnoredOnesAmongThem() throws {
        let members = [
            #""age": 48"#, #""fee": 0"#, #""visits": 3"#, #""flag": 1"#, #""open": true"#, #""colour": "red""#,
            #""size": 10"#, #""site": 1.5"#, #""note": {"any": [1, 2]}"#, #""id": "a""#,
        ]
        var generator = SeededGenerator(state: 1)
        for _ in 0..<20 {
            let text = members.shuffled(using: &generator).joined(separator: ", ")
            let batch = try RecordTexts().array("[{\(text)}]")
            #expect(batch.codes == Self.codes && batch.ids == [.text("a")])
        }
    }

    @Test func nullsAndAbsentOptionalColumnsAreMissing() throws {
        let null =
            #"{"age": 48, "fee": null, "visits": 3, "flag": null, "open": null, "colour": null, "size": 10, "site": 1.5}"#
        let absent = #"{"age": 48, "visits": 3, "size": 10, "site": 1.5}"#
        let tokens =
            #"{"age": 48, "fee": "NA", "visits": 3, "flag": "", "open": " ", "colour": "?", "size": 10, "site": 1.5}"#
        for text in [null, absent, tokens] {
            let batch = try RecordTexts().array("[\(text)]")
            #expect(batch.codes.map { $0.isNaN } == [false, true, false, true, true, true, false, false], "\(text)")
            #expect(batch.bits == (try RecordTexts().csv("age,visits,size,site\n48,3,10,1.5\n").bits))
        }
    }

    private func fault(_ text: String, _ error: RecordError) throws {
        let expected = RowFault(row: 0, line: nil, reason: .record(error))
        #expect(throws: RecordIOError.fault(expected), "\(text)") { try RecordTexts().array("[\(text)]") }
        let batch = try RecordTexts(policy: .skip).array("[\(text), \(Self.object)]")
        #expect(batch.faults == [expected] && batch.codes == Self.codes && batch.count == 2)
        // A line is counted from 1.
        let line = RowFault(row: 1, line: 1, reason: .record(error))
        #expect(try RecordTexts(policy: .skip).lines("\(text)\n\(Self.object)\n").faults == [line])
    }

    @Test func badRecordsSayWhatIsWrong() throws {
        let known = RecordTexts.columns.map(\.name)
        try fault(Self.object.replacing("\"fee\"", with: "\"fees\""), .unknownColumn("fees", known: known))
        try fault(Self.object.replacing("\"age\": 48, ", with: ""), .missingColumn("age"))
        try fault(Self.object.replacing("48", with: "null"), .missingValue(column: "age"))
        try fault(Self.object.replacing("48", with: "\"forty\""), .notANumber(column: "age", got: "forty"))
        try fault(Self.object.replacing("48", with: "true"), .notANumber(column: "age", got: "true"))
        try fault(Self.object.replacing("48", with: "[48]"), .notANumber(column: "age", got: "an array"))
        try fault(Self.object.replacing("\"red\"", with: "{}"), .notANumber(column: "colour", got: "an object"))
        try fault("[48, 0, 3, 1, true, \"red\", 10]", .wrongWidth(expected: 8, got: 7))
        try fault("[48, 0, 3, 1, true, \"red\", 10, 1.5, 7]", .wrongWidth(expected: 8, got: 9))
        try fault("[]", .wrongWidth(expected: 8, got: 0))
        try fault("7", .notARecord(got: "a number"))
        try fault("null", .notARecord(got: "null"))
        try fault("{}", .missingColumn("age"))
    }

    /// A key that comes twice makes the text itself ambiguous (RFC 8259 §4).
    @Test func aRepeatedKeyIsRefused() throws {
        let text = Self.object.replacing("\"fee\": 0", with: "\"fee\": 0, \"fee\": 1")
        #expect(throws: JSONError.self) { try RecordTexts().array("[\(text)]") }
        let batch = try RecordTexts(policy: .skip).lines("\(text)\n\(Self.object)\n")
        #expect(batch.count == 2 && batch.codes == Self.codes)
        guard case .json(.duplicateKey(_, key: "fee")) = batch.faults.first?.reason else {
            Issue.record("\(batch.faults)")
            return
        }
    }

    @Test func aLineThatIsNoJSONIsAFaultOfItsOwn() throws {
        let text = "\(Self.object)\n{\"age\":\n\n\(Self.object)\nnonsense\n\(Self.object)"
        let batch = try RecordTexts(policy: .skip).lines(text)
        #expect(batch.codedCount == 3 && batch.faults.count == 2 && batch.ids.count == batch.count)
        #expect(batch.faults.map(\.line) == [2, 5])
        let error = #expect(throws: RecordIOError.self) { try RecordTexts().lines(text) }
        #expect(error == .fault(batch.faults[0]))
    }

    @Test func whatIsNoArrayIsNoRecords() throws {
        for text in ["{}", "7", "\"a\"", "null"] {
            #expect(throws: JSONError.self) { try RecordTexts().array(text) }
        }
    }

    // MARK: Words and numbers

    @Test func booleansAreLevels() throws {
        // The words where a column knows them, else 0 and 1.
        let yes = try RecordTexts().array("[\(Self.object.replacing("\"flag\": 1", with: "\"flag\": true"))]")
        #expect(yes.codes == Self.codes)
        let no = Self.object.replacing("\"flag\": 1", with: "\"flag\": false").replacing(
            "\"open\": true", with: "\"open\": false")
        #expect(try RecordTexts().array("[\(no)]").codes == [1, -2, 3, 0, 0, 0, 2, 0])
    }

    @Test func numbersMayBeWordsOfLevels() throws {
        let text = Self.object.replacing("\"size\": 10", with: "\"size\": \"10.0\"").replacing(
            "\"flag\": 1", with: "\"flag\": \"1\""
        ).replacing("\"site\": 1.5", with: "\"site\": \"1.50\"")
        #expect(try RecordTexts().array("[\(text)]").codes == Self.codes)
        let seven = Self.object.replacing("\"red\"", with: "7")
        #expect(try RecordTexts().array("[\(seven)]").codes[5] == 2)
        #expect(try RecordTexts().array("[\(seven.replacing("7,", with: "\"007\","))]").codes[5] == -1)
    }

    @Test func idsMayBeTextsAndNumbers() throws {
        let cases: [(String, RecordID)] = [
            ("\"a\"", .text("a")), ("7", .number("7")), ("-7", .number("-7")), ("null", .null),
            ("18446744073709551615", .number("18446744073709551615")), ("1.5", .number("1.5")), ("\"\"", .text("")),
        ]
        for (text, id) in cases {
            let record = Self.object.replacing("{", with: "{\"id\": \(text), ")
            let batch = try RecordTexts().array("[\(record), \(Self.object)]")
            #expect(batch.ids == [id, .null], "\(text)")
            var writer = JSONWriter()
            id.write(to: &writer)
            #expect(String(decoding: writer.bytes, as: UTF8.self) == text)
        }
        try fault(
            Self.object.replacing("{", with: "{\"id\": [1], "),
            .badColumn(name: "id", expected: "a string or a number", got: "an array"))
    }

    @Test func aFaultyRecordKeepsItsID() throws {
        for text in [#"{"age": "x", "id": 7}"#, #"{"id": 7, "age": "x"}"#, #"{"id": 7}"#] {
            #expect(try RecordTexts(policy: .skip).array("[\(text)]").ids == [.number("7")], "\(text)")
        }
    }

    @Test func aModelMayHaveAColumnNamedID() throws {
        let columns = RecordTexts.columns + [Column(name: "id", kind: .categorical(MixedTable.levels("x", "y")))]
        let batch = try RecordTexts(columns).array("[\(Self.object.replacing("{", with: "{\"id\": \"y\", "))]")
        #expect(batch.codes == Self.codes + [1] && batch.ids == [.null])
    }

    @Test func cellsAreKeptAsTheyCameWhereAsked() throws {
        let text = Self.object.replacing("\"fee\": 0", with: "\"fee\": null").replacing(
            "\"size\": 10", with: "\"size\": \"10\"")
        let batch = try RecordTexts(keepsObserved: true, policy: .skip).array("[7, \(text)]")
        #expect(
            batch.observed == [
                .number(48), .missing, .number(3), .number(1), .word("true"), .word("red"), .word("10"), .number(1.5),
            ])
    }

    /// A token for an empty cell is an empty cell, whatever the form of the text.
    @Test func tokensAreKeptAsEmptyCells() throws {
        let text = Self.object.replacing("\"fee\": 0", with: "\"fee\": \"NA\"")
        #expect(try RecordTexts(keepsObserved: true).array("[\(text)]").observed[1] == .missing)
    }
}
