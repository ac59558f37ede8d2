import Records
import TestSupport
import Testing

@testable import RecordIO

/// The same records in every form give the same coded bits.
@Suite struct SameRecordsTests {
    /// One cell, as CSV and as JSON.
    private typealias Cell = (csv: String, json: String)

    private static func number(_ value: Double) -> Cell { ("\(value)", "\(value)") }

    private static func word(_ text: String) -> Cell {
        let quoted = "\"" + text.replacing("\"", with: "\"\"") + "\""
        let json = "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
        return (text.contains { ",\"\n".contains($0) } ? quoted : text, json)
    }

    private static func cell(_ column: Column, _ generator: inout SeededGenerator) -> Cell? {
        if column.isOptional, generator.next() % 5 == 0 { return nil }
        switch column.kind {
        case .real, .positive:
            let exponent = Int.random(in: -30...30, using: &generator)
            let value = Double(sign: generator.next() % 2 == 0 ? .plus : .minus, exponent: exponent, significand: 1.37)
            return number(generator.next() % 4 == 0 ? 0 : value)
        case .count: return generator.next() % 2 == 0 ? number(Double(generator.next() % 9)) : ("4", "4.0")
        case .binary(let levels), .categorical(let levels), .ordinal(let levels):
            if generator.next() % 6 == 0 { return word("unseen") }
            let name = levels.names[Int(generator.next() % UInt64(levels.count))]
            // Numbers among the levels come as numbers and as words.
            guard let value = Double(name), generator.next() % 2 == 0 else { return word(name) }
            return number(value)
        case .constant(let value): return generator.next() % 3 == 0 ? word("other") : (value, value)
        case .ignored: return word("x \(generator.next() % 9)")
        }
    }

    private struct Forms {
        var csv: String
        var objects: [String] = []
        var arrays: [String] = []
    }

    private static func forms(_ seed: UInt64) -> Forms {
        var generator = SeededGenerator(state: seed)
        let columns = RecordTexts.columns
        let order = columns.indices.shuffled(using: &generator)
        var forms = Forms(csv: "id," + order.map { columns[$0].name }.joined(separator: ",") + "\n")
        for row in 0..<30 {
            let cells = columns.map { cell($0, &generator) }
            forms.csv +=
                (["\(row)"] + order.map { cells[$0]?.csv ?? ["", "NA"][row % 2] }).joined(separator: ",") + "\n"
            var members = zip(columns, cells).compactMap { column, cell -> String? in
                // An empty cell is null or not there.
                if cell == nil, generator.next() % 2 == 0 { return nil }
                return "\"\(column.name)\": \(cell?.json ?? "null")"
            }
            members.append("\"id\": \(row)")
            forms.objects.append("{\(members.shuffled(using: &generator).joined(separator: ", "))}")
            let coded = zip(columns, cells).filter { $0.0.kind != .ignored }
            forms.arrays.append("[\(coded.map { $0.1?.json ?? "null" }.joined(separator: ", "))]")
        }
        return forms
    }

    @Test(arguments: 1...40)
    func everyFormGivesTheSameBits(seed: UInt64) throws {
        let (forms, texts) = (Self.forms(seed), try RecordTexts())
        let csv = try texts.csv(forms.csv)
        #expect(csv.codedCount == 30 && csv.codes.contains { $0.isNaN } && csv.codes.contains(Column.unknownCode))
        let objects = try texts.array("[\(forms.objects.joined(separator: ","))]")
        #expect(objects.bits == csv.bits && objects.ids == csv.ids)
        #expect(try texts.array("[\(forms.arrays.joined(separator: ","))]").bits == csv.bits)
        let lines = try texts.lines(forms.objects.joined(separator: "\n"))
        #expect(lines.bits == csv.bits && lines.ids == csv.ids)
        #expect(try texts.lines(forms.arrays.joined(separator: "\r\n") + "\r\n").bits == csv.bits)
        #expect(try texts.csv(forms.csv.replacing("\n", with: "\r\n"), pieceSize: 7).bits == csv.bits)
    }

    /// A number may stand for "not known", in any of its forms.
    @Test func numbersMayBeTokens() throws {
        let texts = try RecordTexts(keepsObserved: true, missingTokens: ["-999", "none"])
        let batches = try [
            texts.csv("age,fee,visits,size,site\n48,-999,3,10,1.5\n48,-999.0,3,10,1.5\n48,none,3,10,1.5\n"),
            texts.array(
                """
                [{"age": 48, "fee": -999, "visits": 3, "size": 10, "site": 1.5}, [48, -999.0, 3, null, null, null, 10, 1.5],
                {"age": 48, "fee": "none", "visits": 3, "size": 10, "site": 1.5}]
                """),
        ]
        for batch in batches {
            #expect(batch.codedCount == 3 && batch.bits == batches[0].bits)
            for row in 0..<3 {
                #expect(batch.codes[row * 8 + 1].isNaN && batch.observed[row * 8 + 1] == .missing, "\(row)")
            }
        }
        // The usual tokens are words then.
        #expect(throws: RecordIOError.self) { try texts.csv("age,fee,visits,size,site\n48,NA,3,10,1.5\n") }
    }

    /// Every truncation of a text is a fault or fewer records, never a crash.
    @Test func truncatedTextsNeverCrash() throws {
        let (forms, texts) = (Self.forms(3), try RecordTexts(policy: .skip))
        for text in [forms.csv, forms.objects.joined(separator: "\n")] {
            let bytes = Array(text.utf8)
            for count in stride(from: 0, to: bytes.count, by: 37) {
                let part = String(decoding: bytes[..<count], as: UTF8.self)
                if let batch = try? texts.csv(part) { #expect(batch.codedCount <= 30) }
                if let batch = try? texts.lines(part) { #expect(batch.codedCount <= 30) }
            }
        }
    }
}
