import JSON
import Kernels
import Records
import TestSupport
import Testing

@Suite struct SchemaTests {
    // MARK: Places

    @Test func ignoredColumnsHaveNoPlaceInARow() throws {
        let schema = MixedTable.schema
        #expect(schema.width == schema.columns.count - 1 && !schema.names.contains("note"))
        #expect(schema.place(of: "shared") == .coded(0) && schema.place(of: "heavy") == .coded(2))
        #expect(schema.place(of: "note") == .ignored && schema.place(of: "Shared") == nil)
    }

    @Test func refusesTwoColumnsOfOneNameAndNone() {
        let column = Column(name: "a", kind: .constant("1"))
        #expect(throws: RecordError.duplicateColumn("a")) { try Schema([column, column]) }
        #expect(throws: RecordError.duplicateColumn("a")) { try Schema([column, Column(name: "a", kind: .ignored)]) }
        #expect(throws: RecordError.noColumns) { try Schema([]) }
        #expect(throws: RecordError.noColumns) { try Schema([Column(name: "a", kind: .ignored)]) }
        #expect(throws: RecordError.duplicateLevel("x")) { try Schema([column], missingTokens: ["x", "x"]) }
    }

    @Test func missingTokensStandForNothing() throws {
        let schema = MixedTable.schema
        for text in ["", " ", "NA", " ?\t", "NaN", "null", "None"] {
            #expect(schema.isMissing(text: text), "\(text)")
        }
        for text in ["0", "na?", "-", "N", "7"] { #expect(!schema.isMissing(text: text), "\(text)") }
        let own = try Schema(MixedTable.columns, missingTokens: ["-999", "none"])
        #expect(own.isMissing(-999) && !own.isMissing(999) && !own.isMissing(text: ""))
        #expect(own.isMissing(text: " none "))
    }

    // MARK: JSON

    private func json(_ schema: Schema) throws -> [UInt8] {
        var writer = JSONWriter(layout: .indented)
        try writer.object { writer throws(JSONError) in try schema.writeMembers(to: &writer) }
        return writer.bytes
    }

    /// The schema that `json` wrote.
    private func schema(_ text: [UInt8]) throws -> Schema {
        let root = try JSONDocument(text).root
        return try Schema(root.member("columns"), missingTokens: root.member("missing_tokens"))
    }

    private func read(_ text: String, tokens: String? = nil) throws -> Schema {
        let element = try JSONDocument(Array(text.utf8)).root
        return try Schema(element, missingTokens: tokens.map { try JSONDocument(Array($0.utf8)).root })
    }

    @Test func survivesItsText() throws {
        let text = try json(MixedTable.schema)
        let copy = try schema(text)
        #expect(copy == MixedTable.schema)
        let again = try json(copy)
        #expect(again == text)
        for (a, b) in zip(copy.coded, MixedTable.schema.coded) {
            #expect(a.kind == b.kind && a.atomCodes.map(\.bitPattern) == b.atomCodes.map(\.bitPattern))
        }
    }

    @Test func namesAndLevelsMayHoldAnything() throws {
        let names = ["", " ", "a \"b\"", "ü\n\t", "\u{0}", "\\", "名前"]
        let columns = names.map { Column(name: $0, kind: .categorical(MixedTable.levels("", "\"", "é"))) }
        let schema = try Schema(columns, missingTokens: ["-"])
        let copy = try self.schema(json(schema))
        #expect(copy == schema && copy.missingTokens.names == ["-"])
    }

    @Test func randomNumbersSurviveTheirText() throws {
        var generator = SeededGenerator(state: 8)
        for _ in 0..<200 {
            func number() -> Double {
                Double(
                    sign: .plus, exponent: Int.random(in: -900...900, using: &generator),
                    significand: .random(in: 1..<2, using: &generator))
            }
            let code = NumericCode(
                transform: generator.next() % 2 == 0 ? .linear : .logarithmic(unit: number()), offset: -number(),
                scale: number(), median: number(), spread: number())
            let kind: ColumnKind = code.transform == .linear ? .real(code) : .positive(code)
            let schema = try Schema([Column(name: "a", kind: kind, atoms: [number()])])
            #expect(try self.schema(json(schema)) == schema)
        }
    }

    private static let real = "\"offset\": 0, \"scale\": 1"

    @Test(arguments: [
        ("{\"name\": \"a\", \"kind\": \"real\", \"offset\": 0, \"scale\": 0}", "[0].scale"),
        ("{\"name\": \"a\", \"kind\": \"real\", \"offset\": 0, \"scale\": -1}", "[0].scale"),
        ("{\"name\": \"a\", \"kind\": \"real\", \"offset\": 0, \"scale\": 1e-310}", "[0].scale"),
        ("{\"name\": \"a\", \"kind\": \"real\", \(real), \"spread\": 0}", "[0].spread"),
        ("{\"name\": \"a\", \"kind\": \"positive\", \(real), \"unit\": 0}", "[0].unit"),
        ("{\"name\": \"a\", \"kind\": \"binary\", \"levels\": [\"x\"]}", "[0].levels"),
        ("{\"name\": \"a\", \"kind\": \"binary\", \"levels\": [\"x\", \"y\", \"z\"]}", "[0].levels"),
        ("{\"name\": \"a\", \"kind\": \"categorical\", \"levels\": []}", "[0].levels"),
        ("{\"name\": \"a\", \"kind\": \"word\", \"levels\": []}", "[0].kind"),
    ])
    func refusesBadValues(text: String, path: String) {
        let error = #expect(throws: SchemaError.self) { try read("[\(text)]") }
        guard case .badValue(path: path, _, let got) = error else {
            Issue.record("\(error as Any)")
            return
        }
        #expect(error?.description.contains(path) == true && error?.description.contains(got) == true)
    }

    @Test(arguments: [
        "{\"kind\": \"constant\", \"value\": \"1\"}", "{\"name\": \"a\"}", "{\"name\": \"a\", \"kind\": \"constant\"}",
        "{\"name\": \"a\", \"kind\": \"real\", \"scale\": 1}", "{\"name\": \"a\", \"kind\": \"real\", \"offset\": 1}",
        "{\"name\": \"a\", \"kind\": \"positive\", \(real)}", "{\"name\": \"a\", \"kind\": \"binary\"}",
        "{\"name\": 7, \"kind\": \"constant\", \"value\": \"1\"}",
        "{\"name\": \"a\", \"kind\": \"constant\", \"value\": 1}",
        "{\"name\": \"a\", \"kind\": \"constant\", \"value\": \"1\", \"optional\": 1}",
        "{\"name\": \"a\", \"kind\": \"real\", \(real), \"atoms\": [\"1\"]}", "7", "[]",
    ])
    func refusesWhatIsNoColumn(text: String) {
        let error = #expect(throws: SchemaError.self) { try read("[\(text)]") }
        guard case .json(let inner) = error else {
            Issue.record("\(error as Any)")
            return
        }
        #expect(!"\(inner)".isEmpty)
    }

    @Test func refusesUnknownKeysAndDoubles() {
        let unknown = #expect(throws: SchemaError.self) {
            try read("[{\"name\": \"a\", \"kind\": \"constant\", \"value\": \"1\", \"vale\": \"1\"}]")
        }
        guard case .unknownKey(path: "[0]", key: "vale", let known) = unknown else {
            Issue.record("\(unknown as Any)")
            return
        }
        #expect(known.contains("value"))
        let constant = "{\"name\": \"a\", \"kind\": \"constant\", \"value\": \"1\"}"
        #expect(throws: SchemaError.record(.duplicateColumn("a"))) { try read("[\(constant), \(constant)]") }
        #expect(throws: SchemaError.record(.noColumns)) { try read("[]") }
        #expect(throws: SchemaError.record(.duplicateLevel("x"))) {
            try read("[{\"name\": \"a\", \"kind\": \"ordinal\", \"levels\": [\"x\", \"x\"]}]")
        }
        #expect(throws: SchemaError.record(.duplicateLevel("x"))) {
            try read("[\(constant)]", tokens: "[\"x\", \"x\"]")
        }
    }

    // MARK: columns.json

    @Test func plansSayAsMuchAsTheyLike() throws {
        let text = """
            {"columns": [{"name": "a"}, {"name": "b", "kind": "ordinal", "levels": ["l", "h"]},
            {"name": "c", "kind": "real", "offset": 3, "scale": 2, "median": 0, "spread": 1, "optional": true}]}
            """
        let plans = try ColumnPlan.read(Array(text.utf8))
        #expect(
            plans == [
                ColumnPlan(name: "a"), ColumnPlan(name: "b", kind: .ordinal, levels: ["l", "h"]),
                ColumnPlan(name: "c", kind: .real, isOptional: true),
            ])
    }

    /// What is printed for editing can be read again, whatever the columns.
    @Test func plansReadTheTextOfASchema() throws {
        let text = String(decoding: try json(MixedTable.schema), as: UTF8.self)
        let plans = try ColumnPlan.read(Array(text.utf8))
        #expect(plans.map(\.name) == MixedTable.columns.map(\.name))
        #expect(plans.map(\.kind) == MixedTable.columns.map(\.kind.word))
        #expect(plans.map(\.levels) == MixedTable.columns.map { $0.kind.levels?.names })
    }

    @Test(arguments: [
        ("{}", "columns"), ("{\"columns\": {}}", "columns"), ("{\"columns\": [{}]}", "name"),
        ("{\"columns\": [{\"name\": \"a\", \"kind\": \"complex\"}]}", "complex"),
        ("{\"columns\": [{\"name\": \"a\", \"type\": \"real\"}]}", "type"), ("{\"column\": []}", "column"),
        ("{", "end"),
        ("", ""),
    ])
    func refusesWhatIsNoPlan(text: String, says: String) {
        let error = #expect(throws: SchemaError.self) { try ColumnPlan.read(Array(text.utf8)) }
        if says != "end" { #expect(error?.description.contains(says) == true || says.isEmpty, "\(error as Any)") }
        #expect(error?.description.isEmpty == false)
    }
}

@Suite struct FeatureMapTests {
    /// Numbers one place each, levels one each, and a mark behind each column that may be empty.
    @Test func laysFeaturesOutByColumn() throws {
        let map = FeatureMap(MixedTable.schema)
        // shared, each + mark, heavy, wild + mark, fee + mark, amount, step + mark, flag + mark, three colours + mark,
        // size + mark, visits, clicks + mark; nothing for a constant.
        #expect(map.width == 1 + 2 + 1 + 2 + 2 + 1 + 2 + 2 + 4 + 2 + 1 + 2)
    }

    private func features(_ column: Column, _ codes: [Float]) throws -> [[Float]] {
        let schema = try Schema([column])
        let map = FeatureMap(schema)
        let features = Matrix<Float>(rows: codes.count, columns: map.width)
        features.fill(9)
        map.apply(Matrix(codes, rows: codes.count, columns: 1), into: features)
        return (0..<codes.count).map { features.rows($0..<$0 + 1).values }
    }

    @Test func showsEachKindInItsWay() throws {
        let code = NumericCode(transform: .linear, offset: 0, scale: 1, median: 1, spread: 2)
        let words = MixedTable.levels("a", "b", "c")
        #expect(
            try features(Column(name: "x", kind: .real(code), isOptional: true), [1, .nan, 5])
                == [[0, 0], [0, 1], [code.feature(5), 0]])
        #expect(
            try features(Column(name: "x", kind: .binary(MixedTable.levels("n", "y"))), [0, 1, -1]) == [[-1], [1], [0]])
        #expect(
            try features(Column(name: "x", kind: .categorical(words), isOptional: true), [0, 2, -1, .nan])
                == [[1, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 0], [0, 0, 0, 1]])
        #expect(try features(Column(name: "x", kind: .ordinal(words)), [0, 1, 2, -1]) == [[-1], [0], [1], [0]])
        #expect(try features(Column(name: "x", kind: .ordinal(MixedTable.levels("a"))), [0]) == [[0]])
        #expect(
            try features(Column(name: "x", kind: .count(code)), [3, -1]) == [[code.feature(code.code(3))], [0]])
    }

    /// A mark is for columns that may be empty; where none may be, an empty cell shows as nothing.
    @Test func withoutAMarkAnEmptyCellShowsAsNothing() throws {
        let code = NumericCode(transform: .linear, offset: 0, scale: 1, median: 1, spread: 2)
        #expect(try features(Column(name: "x", kind: .real(code)), [.nan]) == [[0]])
    }

    /// What no coding makes, but a damaged file may hold.
    @Test func takesCodesThatAreNone() throws {
        for code in [Float.infinity, -Float.infinity, 1e30, -1e30, 7.5] as [Float] {
            for column in MixedTable.schema.coded where column.kind.levels != nil {
                #expect(try features(column, [code]).count == 1)
            }
        }
    }

    @Test func rowsOfTheMixedTableAreFinite() {
        let coded = MixedTable.codedRows(60)
        let map = FeatureMap(MixedTable.schema)
        let features = Matrix<Float>(rows: 60, columns: map.width)
        map.apply(coded, into: features)
        #expect(features.values.allSatisfy { $0.isFinite })
    }
}
