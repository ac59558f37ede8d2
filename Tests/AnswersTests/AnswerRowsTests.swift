import Calibration
import DataFiles
import Inference
import JSON
import Kernels
import RecordIO
import Records
import TestSupport
import Testing
import VAE

@testable import Answers

/// Records of the mixed table, from text to text.
private struct Printing {
    let model: TrainedModel
    let verdict: Verdict?

    init(calibrated: Bool = true) throws {
        model = try MixedTable.model(reference: calibrated ? MixedTable.reference() : nil)
        verdict = try Verdict(model, ranking: .combined, alpha: nil, threshold: nil)
    }

    static let header = "id," + MixedTable.schema.names.joined(separator: ",")

    /// The lines of coded rows, as their author would write them.
    static func lines(_ count: Int) -> [String] {
        let coded = MixedTable.codedRows(count, seed: 4)
        return (0..<count).map { row in
            let cells = MixedTable.schema.coded.enumerated().map { place, column in
                switch column.value(coded[row, place]) {
                case .missing: column.isOptional ? "" : "unseen"
                case .number(let number): "\(number)"
                case .word(let word): word
                }
            }
            return "\(row)," + cells.joined(separator: ",")
        }
    }

    func batch(_ lines: [String]) throws -> RecordBatch {
        let text = ([Self.header] + lines).joined(separator: "\n") + "\n"
        var reader = try CSVReader(ArrayBytes(Array(text.utf8)))
        let reading = RecordReading(MixedTable.schema, keepsObserved: true, policy: .skip)
        return try CSVRecords(header: reader.columns, reading).read(&reader)
    }

    func style(_ operation: Operation) -> AnswerStyle {
        AnswerStyle(model: model, operation: operation, verdict: verdict, hasIDs: true, reportsFaults: true)
    }

    func rows(_ operation: Operation, _ lines: [String]) throws -> AnswerRows {
        let batch = try batch(lines)
        let output = InferenceOutput(operation, rows: batch.codedCount, model: model)
        let positions = Array(0..<batch.codedCount)
        try OperationRunner(model).run(operation, batch.matrix, positions: positions, into: output)
        return AnswerRows(style(operation), output, batch: batch)
    }

    func text(_ format: AnswerFormat, _ operation: Operation, _ lines: [String]) throws -> [String] {
        var bytes: [UInt8] = []
        try rows(operation, lines).appendLines(format, to: &bytes)
        #expect(bytes.last == 0x0A || lines.isEmpty)
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    var explained: Operation {
        var settings = ScoreSettings(model)
        settings.explains = true
        return .score(settings)
    }
}

@Suite struct AnswerRowsTests {
    private let printing: Printing
    private let lines = Printing.lines(40)

    init() throws {
        printing = try Printing()
    }

    /// A row's bytes depend on the row and the model only.
    @Test(arguments: AnswerFormat.allCases)
    func rowsHaveTheSameBytesAloneAndTogether(format: AnswerFormat) throws {
        let operations = [
            printing.explained, .score(ScoreSettings(printing.model)), .reconstruct, .encode(drawSeed: nil),
        ]
        for operation in operations {
            let whole = try printing.text(format, operation, lines)
            #expect(whole.count == 40)
            for (line, expected) in zip(lines, whole) {
                #expect(try printing.text(format, operation, [line]) == [expected], "\(operation)")
            }
            #expect(try printing.text(format, operation, lines.reversed()) == whole.reversed())
        }
    }

    /// Whoever adds the printed numbers gets the printed score, to the last bit.
    @Test func printedContributionsAddUpToThePrintedScore() throws {
        for line in try printing.text(.ndjson, printing.explained, lines) {
            let root = try JSONDocument(Array(line.utf8)).root
            let score = try root.member("score").double()
            let entries = try Array(root.member("contributions").elements())
            let nats = try entries.map { try $0.member("nats").double() }
            #expect(nats.reduce(0, +) == score && nats.reversed().reduce(0, +) == score)
            #expect(try root.member("reconstruction").double() + root.member("kl").double() == score)
            #expect(
                try entries.map { try $0.member("column").string() } == MixedTable.schema.names + ["(latent)"])
            let p = try root.member("p_value").double()
            #expect(p > 0 && p <= 1)
            #expect(try root.member("anomaly").bool() == (p <= max(0.01, 1 / 61.0)))
        }
    }

    @Test func tablesHaveACellForEachColumnOfTheirHeader() throws {
        for operation in [
            printing.explained, .score(ScoreSettings(printing.model)), .reconstruct, .encode(drawSeed: 3),
        ] {
            let header = String(decoding: printing.style(operation).csvHeader(), as: UTF8.self)
            let text = try header + printing.text(.csv, operation, lines + ["x"]).joined(separator: "\n") + "\n"
            var reader = try CSVReader(ArrayBytes(Array(text.utf8)))
            var count = 0
            // Throws for a row of another width.
            while try reader.next() { count += 1 }
            #expect(count == 41 && reader.columns.first == "id" && reader.columns.last == "error")
        }
    }

    @Test func bothFormsSayTheSame() throws {
        let header = String(decoding: printing.style(printing.explained).csvHeader(), as: UTF8.self)
        let names = header.dropLast().split(separator: ",").map(String.init)
        let csv = try printing.text(.csv, printing.explained, lines)
        for (table, object) in zip(csv, try printing.text(.ndjson, printing.explained, lines)) {
            let cells = table.split(separator: ",", omittingEmptySubsequences: false)
            let root = try JSONDocument(Array(object.utf8)).root
            for name in ["score", "reconstruction", "kl", "std_error", "anomaly_score", "p_value", "percentile"] {
                let place = try #require(names.firstIndex(of: name))
                #expect(try Double(cells[place]) == root.member(name).double(), "\(name)")
            }
        }
    }

    @Test func badRecordsAreReportedInTheirPlace() throws {
        var records = lines.prefix(3).map { $0 }
        records.insert(
            "17," + lines[0].split(separator: ",", omittingEmptySubsequences: false).dropFirst().joined(separator: ",")
                + ",9", at: 1)
        records.insert(
            "18,word" + lines[0].dropFirst(lines[0].split(separator: ",").prefix(2).joined(separator: ",").count), at: 3
        )
        let objects = try printing.text(.ndjson, printing.explained, records)
        #expect(objects.count == 5)
        let good = try printing.text(.ndjson, printing.explained, Array(lines.prefix(3)))
        #expect([objects[0], objects[2], objects[4]] == good)
        let fault = try JSONDocument(Array(objects[3].utf8)).root
        #expect(try fault.member("id").int() == 18 && fault.member("row").int() == 4)
        let error = try fault.member("error")
        #expect(try error.member("column").string() == "shared" && error.member("line").int() == 5)
        #expect(try error.member("message").string().contains("word"))
        let table = try printing.text(.csv, printing.explained, records)
        #expect(table[3].hasPrefix("18,,") && table[3].contains("word") && !table[0].contains("row"))
    }

    /// What an explanation says beside numbers.
    @Test func notesSayWhatNatsDoNot() throws {
        let cells = ["0", "10", "", "10", "1", "0", "10", "9", "yes", "purple", "m", "-3", "2", "south"]
        // Without the ignored column.
        let line = cells.enumerated().filter { $0.offset != 14 }.map(\.element).joined(separator: ",")
        let root = try JSONDocument(Array(try printing.text(.ndjson, printing.explained, [line])[0].utf8)).root
        var notes: [String: String] = [:]
        for entry in try root.member("contributions").elements() {
            notes[try entry.member("column").string()] = try entry.optionalMember("note")?.string()
        }
        #expect(
            notes == [
                "each": "missing", "step": "not seen in training", "colour": "not seen in training",
                "visits": "not seen in training", "site": "was constant in training",
            ])
    }

    @Test func modelsWithoutCalibrationHaveNoPValues() throws {
        let bare = try Printing(calibrated: false)
        #expect(bare.verdict == nil)
        let text = try bare.text(.ndjson, .score(ScoreSettings(bare.model)), Array(lines.prefix(1)))[0]
        #expect(text.contains("\"score\"") && !text.contains("p_value") && !text.contains("anomaly"))
    }
}

@Suite struct VerdictTests {
    private func verdict(alpha: Double? = nil, threshold: Double? = nil) throws -> Verdict? {
        try Verdict(
            MixedTable.model(reference: MixedTable.reference()), ranking: .elbo, alpha: alpha, threshold: threshold)
    }

    /// With 60 calibration rows no p-value is below 1/61.
    @Test func refusesWhatTheCalibrationCannotTellApart() throws {
        #expect(try verdict()?.rule == .alpha(1 / 61.0))
        #expect(try verdict(alpha: 0.05)?.rule == .alpha(0.05))
        let error = #expect(throws: CalibrationError.self) { try verdict(alpha: 0.001) }
        guard case .alphaTooSmall(alpha: 0.001, count: 60, smallest: 1 / 61.0) = error else {
            Issue.record("\(error as Any)")
            return
        }
        for alpha in [0, 1, -1, 2, Double.nan] { #expect(throws: CalibrationError.self) { try verdict(alpha: alpha) } }
    }

    @Test func thresholdsAreStrict() throws {
        let verdict = try #require(try verdict(threshold: 5))
        #expect(!verdict.isAnomaly(5) && verdict.isAnomaly(5.0.nextUp))
        let alpha = try #require(try self.verdict(alpha: 0.1))
        for score in stride(from: -5.0, to: 40, by: 0.37) {
            #expect(alpha.isAnomaly(score) == (alpha.pValue(score) <= 0.1))
        }
    }
}
