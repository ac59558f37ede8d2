import DataFiles
import Records
import TestSupport
import Testing

@testable import RecordIO

@Suite struct CSVRecordsTests {
    private static let header = "age,fee,visits,flag,open,colour,size,site"
    private static let row = "48,0,3,1,true,red,10,1.5"
    private static let codes: [Float] = [1, -2, 3, 1, 1, 0, 2, 0]

    @Test func readsARow() throws {
        let batch = try RecordTexts().csv("\(Self.header)\n\(Self.row)\n")
        #expect(batch.codes == Self.codes && batch.count == 1 && batch.ids.isEmpty && batch.observed.isEmpty)
        #expect(batch.matrix.rows == 1 && batch.matrix.columns == 8)
    }

    @Test func columnsMayComeInAnyOrderWithIgnoredOnesAmongThem() throws {
        let names = Self.header.split(separator: ",").map(String.init)
        let cells = Self.row.split(separator: ",").map(String.init)
        var generator = SeededGenerator(state: 1)
        for _ in 0..<20 {
            let order = (0..<8).shuffled(using: &generator)
            let header = (["note"] + order.map { names[$0] }).joined(separator: ",")
            let row = (["anything"] + order.map { cells[$0] }).joined(separator: ",")
            #expect(try RecordTexts().csv("\(header)\n\(row)\n").codes == Self.codes)
        }
    }

    @Test func optionalColumnsMayBeAbsent() throws {
        let batch = try RecordTexts().csv("age,visits,size,site\n48,3,10,1.5\n")
        #expect(batch.codes.map { $0.isNaN } == [false, true, false, true, true, true, false, false])
        #expect(throws: RecordError.missingColumn("age")) { try RecordTexts().csv("visits,size,site\n3,10,1.5\n") }
        #expect(throws: RecordError.missingColumn("site")) { try RecordTexts().csv("age,visits,size\n1,3,10\n") }
    }

    @Test func anUnknownColumnIsNamed() throws {
        let known = RecordTexts.columns.map(\.name)
        #expect(throws: RecordError.unknownColumn("weight", known: known)) {
            try RecordTexts().csv("\(Self.header),weight\n\(Self.row),7\n")
        }
        #expect(throws: RecordError.unknownColumn("Age", known: known)) {
            try RecordTexts().csv("Age,visits,size,site\n48,3,10,1.5\n")
        }
        let twice = #expect(throws: DataFileError.self) { try RecordTexts().csv("age,age\n1,2\n") }
        guard case .duplicateColumn(name: "age", first: 1, second: 2) = twice else {
            Issue.record("\(twice as Any)")
            return
        }
    }

    @Test func idsComeBackAsTheyCame() throws {
        let text =
            "id,\(Self.header)\n17,\(Self.row)\n007,\(Self.row)\nA-1,\(Self.row)\n\"a,\"\"b\"\"\",\(Self.row)\n,\(Self.row)\n"
        let batch = try RecordTexts().csv(text)
        #expect(batch.ids == [.number("17"), .text("007"), .text("A-1"), .text("a,\"b\""), .text("")])
        #expect(batch.ids.map(\.cell) == ["17", "007", "A-1", "a,\"b\"", ""])
        let own = try RecordTexts(idColumn: "key").csv("key,\(Self.header)\n5,\(Self.row)\n")
        #expect(own.ids == [.number("5")])
        // An ignored column of the model may name records too.
        let note = try RecordTexts(idColumn: "note").csv("note,\(Self.header)\n5,\(Self.row)\n")
        #expect(note.ids == [.number("5")] && note.codes == Self.codes)
        #expect(throws: RecordError.self) {
            try RecordTexts(idColumn: "key").csv("id,\(Self.header)\n5,\(Self.row)\n")
        }
    }

    /// RFC 4180, and what spreadsheets make of it: a mark at the start, CRLF, quotes, no last line end.
    @Test(arguments: [1, 2, 3, 1 << 16])
    func takesTheFormsOfCSV(pieceSize: Int) throws {
        let quoted = "\"48\",\" 0\",3,\"1\",\"true\",\"\"\"x\"\", y\",\"10\",\"1.50\""
        for end in ["\n", "\r\n"] {
            for last in ["", end] {
                let text = "\u{FEFF}\"age\",fee,visits,flag,open,colour,size,site\(end)\(quoted)\(last)"
                let batch = try RecordTexts().csv(text, pieceSize: pieceSize)
                #expect(batch.codes == [1, -2, 3, 1, 1, 3, 2, 0])
            }
        }
    }

    @Test func numbersHaveManyForms() throws {
        for age in ["48", "48.0", "4.8e1", "+48", " 48 ", "0.48E2"] {
            #expect(try RecordTexts().csv("age,visits,size,site\n\(age),3,1e1,+1.5\n").codes[0] == 1, "\(age)")
        }
        let codes = try RecordTexts().csv("age,visits,size,site\n48,3,1e1,+1.5\n").codes
        #expect(codes[6] == 2 && codes[7] == 0)
    }

    @Test func emptyCellsAndTheirTokensAreMissing() throws {
        for token in ["", "NA", " ", "NaN", "null", "?"] {
            let batch = try RecordTexts().csv("\(Self.header)\n48,\(token),3,\(token),\(token),\(token),10,1.5\n")
            #expect(batch.codes.map { $0.isNaN } == [false, true, false, true, true, true, false, false], "\(token)")
        }
        let error = RowFault(row: 1, line: 2, reason: .record(.missingValue(column: "age")))
        #expect(throws: RecordIOError.fault(error)) { try RecordTexts().csv("age,visits,size,site\n,3,10,1.5\n") }
        #expect(
            error.description == "row 1 (line 2), column 'age': the value is missing, and training saw one in every row"
        )
    }

    @Test func unseenLevelsAndBrokenCountsAreUnknownNotFaults() throws {
        let batch = try RecordTexts().csv("\(Self.header)\n48,5,2.5,2,maybe,blue,3,2\n")
        #expect(Array(batch.codes[2...]) == [-1, -1, -1, -1, -1, 1])
    }

    // MARK: Faults

    /// As in the KEEL data sets: a cell of two numbers grown together.
    @Test(arguments: ["0.0.5", "12 7", "abc", "1,5", "0x10", "inf", "5.", "--1", "1e", "٣"])
    func aCorruptCellNamesRowLineAndColumn(cell: String) throws {
        let text = "\(Self.header)\n\(Self.row)\n\"\(cell)\",0,3,1,true,red,10,1.5\n"
        let fault = RowFault(row: 2, line: 3, reason: .record(.notANumber(column: "age", got: cell)))
        #expect(throws: RecordIOError.fault(fault)) { try RecordTexts().csv(text) }
        #expect(fault.column == "age" && fault.description.contains(cell))
        let batch = try RecordTexts(policy: .skip).csv(text + Self.row + "\n")
        #expect(batch.count == 3 && batch.codedCount == 2 && batch.faults == [fault])
        #expect(batch.outcome(0) == .coded(row: 0) && batch.outcome(1) == .faulty(fault))
        #expect(batch.outcome(2) == .coded(row: 1))
    }

    @Test func aNumberBeyondDoublePrecisionIsAFault() throws {
        let fault = RowFault(row: 1, line: 2, reason: .record(.overflow(column: "age", got: "1e400")))
        #expect(throws: RecordIOError.fault(fault)) { try RecordTexts().csv("age,visits,size,site\n1e400,3,10,1.5\n") }
    }

    @Test func raggedRowsAreReportedInTheirPlace() throws {
        let text = "id,\(Self.header)\n1,\(Self.row)\n2,48\n3,\(Self.row),9\n\n4,\(Self.row)\n"
        let batch = try RecordTexts(keepsObserved: true, policy: .skip).csv(text)
        #expect(batch.count == 5 || batch.count == 4)
        #expect(batch.codedCount == 2 && batch.ids.count == batch.count)
        #expect(batch.faults[0] == RowFault(row: 2, line: 3, reason: .ragged(expected: 9, got: 2)))
        #expect(batch.faults[1] == RowFault(row: 3, line: 4, reason: .ragged(expected: 9, got: 10)))
        #expect(batch.ids.first == .number("1") && batch.ids.last == .number("4"))
        #expect(batch.observed.count == 16)
        #expect(throws: RecordIOError.fault(batch.faults[0])) { try RecordTexts().csv(text) }
    }

    @Test func aFaultyRowKeepsItsID() throws {
        let text = "id,\(Self.header)\n1,\(Self.row)\n2,\(Self.row.replacing("48", with: "x"))\n3,\(Self.row)\n"
        let batch = try RecordTexts(policy: .skip).csv(text)
        #expect(batch.ids == [.number("1"), .number("2"), .number("3")])
        #expect(batch.record(ofRow: 1) == 2)
        // The same when the id comes last.
        let last = "\(Self.header),id\n\(Self.row.replacing("48", with: "x")),2\n"
        #expect(try RecordTexts(policy: .skip).csv(last).ids == [.number("2")])
    }

    @Test func aRaggedRowKeepsItsIDWhereItHasOne() throws {
        let first = "id,\(Self.header)\n1,48\n\"a,\"\"b\"\"\"\n3,\(Self.row),9\n"
        #expect(try RecordTexts(policy: .skip).csv(first).ids == [.number("1"), .text("a,\"b\""), .number("3")])
        let last = "\(Self.header),id\n\(Self.row)\n\(Self.row),2,9\n"
        #expect(try RecordTexts(policy: .skip).csv(last).ids == [.null, .number("2")])
    }

    @Test func aNamedIDColumnMustBeThere() throws {
        for name in ["key", "note"] {
            #expect(throws: RecordError.missingColumn(name)) {
                try RecordTexts(idColumn: name).csv("id,\(Self.header)\n5,\(Self.row)\n")
            }
        }
        // The usual one need not.
        #expect(try RecordTexts().csv("\(Self.header)\n\(Self.row)\n").ids == [])
    }

    /// As JSON would have them: numbers among levels are numbers.
    @Test func cellsAreKeptAsTheyCameWhereAsked() throws {
        let batch = try RecordTexts(keepsObserved: true).csv(
            "\(Self.header)\n4.8e1,NA,3,1,true,\"\"\"x\"\", y\",10,1.50\n")
        #expect(
            batch.observed == [
                .number(48), .missing, .number(3), .number(1), .word("true"), .word("\"x\", y"), .number(10),
                .number(1.5),
            ])
    }

    @Test func readsAsManyAsAskedFor() throws {
        let text = "\(Self.header)\n" + String(repeating: "\(Self.row)\n", count: 10)
        let texts = try RecordTexts()
        var reader = try CSVReader(ArrayBytes(Array(text.utf8)))
        let records = try CSVRecords(header: reader.columns, texts.reading)
        #expect(try records.read(&reader, limit: 4).count == 4)
        #expect(try records.read(&reader, limit: 100).count == 6)
        #expect(try records.read(&reader, limit: 100).count == 0)
    }

    @Test func recordsCanBeTakenBack() throws {
        let bad = Self.row.replacing("48", with: "x")
        let text = "id,\(Self.header)\n" + (0..<6).map { "\($0),\($0 % 3 == 1 ? bad : Self.row)\n" }.joined()
        for kept in 0...6 {
            var batch = try RecordTexts(keepsObserved: true, policy: .skip).csv(text)
            batch.removeRecords(from: kept)
            let lines = text.split(separator: "\n").prefix(kept + 1).joined(separator: "\n") + "\n"
            let expected = try RecordTexts(keepsObserved: true, policy: .skip).csv(lines)
            #expect(batch.count == kept && batch.bits == expected.bits && batch.ids == expected.ids)
            #expect(batch.faults == expected.faults && batch.observed == expected.observed)
        }
    }
}
