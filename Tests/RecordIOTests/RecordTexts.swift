import DataFiles
import JSON
import Records
import TestSupport

@testable import RecordIO

/// Reads records of the small table below from texts of every form.
struct RecordTexts {
    static let columns: [Column] = [
        Column(name: "age", kind: .real(NumericCode(transform: .linear, offset: 40, scale: 8))),
        Column(
            name: "fee", kind: .positive(NumericCode(transform: .logarithmic(unit: 1), offset: 2, scale: 1)),
            isOptional: true, atoms: [0]),
        Column(name: "note", kind: .ignored),
        Column(name: "visits", kind: .count(NumericCode(transform: .logarithmic(unit: 1), offset: 0, scale: 1))),
        Column(name: "flag", kind: .binary(MixedTable.levels("0", "1")), isOptional: true),
        Column(name: "open", kind: .binary(MixedTable.levels("false", "true")), isOptional: true),
        Column(
            name: "colour", kind: .categorical(MixedTable.levels("red", "light green", "7", "\"x\", y")),
            isOptional: true),
        Column(name: "size", kind: .ordinal(MixedTable.levels("1", "2", "10"))),
        Column(name: "site", kind: .constant("1.5")),
    ]

    let reading: RecordReading

    init(
        _ columns: [Column] = columns, idColumn: String? = nil, keepsObserved: Bool = false,
        policy: FaultPolicy = .stop, missingTokens: [String] = CellText.defaultMissingTokens
    ) throws {
        reading = RecordReading(
            try Schema(columns, missingTokens: missingTokens), idColumn: idColumn, keepsObserved: keepsObserved,
            policy: policy)
    }

    func csv(_ text: String, pieceSize: Int = 1 << 16) throws -> RecordBatch {
        try csv(Array(text.utf8), pieceSize: pieceSize)
    }

    func csv(_ bytes: [UInt8], pieceSize: Int = 1 << 16) throws -> RecordBatch {
        var reader = try CSVReader(ArrayBytes(bytes, pieceSize: pieceSize))
        return try CSVRecords(header: reader.columns, reading).read(&reader)
    }

    func array(_ text: String) throws -> RecordBatch {
        try JSONRecords(reading).read(JSONDocument(Array(text.utf8)).root)
    }

    func lines(_ text: String) throws -> RecordBatch {
        var chunks = LineChunks(ArrayBytes(Array(text.utf8)))
        var batch = RecordBatch(width: reading.schema.width)
        let records = try JSONRecords(reading)
        while let chunk = try chunks.next() { try records.read(chunk, into: &batch) }
        return batch
    }
}

extension RecordBatch {
    var bits: [UInt32] { codes.map(\.bitPattern) }
}
