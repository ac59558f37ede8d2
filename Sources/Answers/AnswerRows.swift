import Inference
import JSON
import Kernels
import RecordIO
import Records
import VAE

/// The answers to one batch of records, good and bad, in their order.
package struct AnswerRows {
    let style: AnswerStyle
    let output: InferenceOutput
    let batch: RecordBatch?

    /// - Parameters:
    ///   - output: of the coded rows, in order.
    ///   - batch: what the rows were read from; nil for plain vectors and samples.
    package init(_ style: AnswerStyle, _ output: InferenceOutput, batch: RecordBatch?) {
        (self.style, self.output, self.batch) = (style, output, batch)
    }

    /// Records, good and bad.
    package var count: Int { batch?.count ?? output.rowCount }

    private func outcome(_ record: Int) -> RecordBatch.Outcome {
        batch?.outcome(record) ?? .coded(row: record)
    }

    // MARK: JSON

    /// One object: the answer, or what is wrong with the record.
    ///
    /// A record without a name of its own has none here, whatever its neighbours have.
    package func writeObject(_ record: Int, to writer: inout JSONWriter) throws(JSONError) {
        try writer.object { writer throws(JSONError) in
            if style.hasIDs, let batch, batch.ids[record] != .null {
                writer.key("id")
                batch.ids[record].write(to: &writer)
            }
            switch outcome(record) {
            case .coded(let row): try writeAnswer(row, to: &writer)
            case .faulty(let fault): fault.write(to: &writer)
            }
        }
    }

    private func writeAnswer(_ row: Int, to writer: inout JSONWriter) throws(JSONError) {
        switch output {
        case .codes(let mean, let sigma, let draw):
            try write("mu", mean, row, to: &writer)
            try write("sigma", sigma, row, to: &writer)
            if let draw { try write("z", draw, row, to: &writer) }
        case .records(let mean, let draw):
            try writeRecord(style.operation == .reconstruct ? "reconstruction" : "mean", mean, row, to: &writer)
            if let draw { try writeRecord("draw", draw, row, to: &writer) }
        case .path(let latent, let mean):
            try write("latent", latent, row, to: &writer)
            try writeRecord("mean", mean, row, to: &writer)
        case .samples(let latent, let mean, let draw):
            if style.wantsLatents { try write("latent", latent, row, to: &writer) }
            try writeRecord("sample", draw, row, to: &writer)
            if style.wantsMeans { try writeRecord("mean", mean, row, to: &writer) }
        case .scores(let scores): try ScoreText(self, scores).write(row, to: &writer)
        case .repairs(let repairs): try RepairText(self, repairs).write(row, to: &writer)
        }
    }

    private func write(
        _ key: String, _ matrix: Matrix<Float>, _ row: Int, to writer: inout JSONWriter
    ) throws(JSONError) {
        writer.key(key)
        try writer.floats(matrix.rows(row..<row + 1).values)
    }

    /// A record as its author would write it.
    func writeRecord(
        _ key: String, _ coded: Matrix<Float>, _ row: Int, to writer: inout JSONWriter
    ) throws(JSONError) {
        guard let schema = style.model.schema else { return try write(key, coded, row, to: &writer) }
        try writeRecord(key, schema.coded.indices.map { schema.coded[$0].value(coded[row, $0]) }, to: &writer)
    }

    func writeRecord(_ key: String, _ cells: [CellValue], to writer: inout JSONWriter) throws(JSONError) {
        writer.key(key)
        guard style.namesColumns, let names = style.model.schema?.names else {
            return try writer.array { writer throws(JSONError) in
                for cell in cells { try cell.write(to: &writer) }
            }
        }
        try writer.object { writer throws(JSONError) in
            for (name, cell) in zip(names, cells) {
                writer.key(name)
                try cell.write(to: &writer)
            }
        }
    }

    /// A cell as it came, or as its code reads where nobody kept it.
    func observed(_ row: Int, _ column: Int) -> CellValue {
        guard let batch, let schema = style.model.schema else { return .missing }
        let place = row * batch.width + column
        return batch.observed.isEmpty ? schema.coded[column].value(batch.codes[place]) : batch.observed[place]
    }

    func code(_ row: Int, _ column: Int) -> Float { batch.map { $0.codes[row * $0.width + column] } ?? 0 }

    // MARK: Lines

    /// A line for each record.
    package func appendLines(_ format: AnswerFormat, to bytes: inout [UInt8]) throws(JSONError) {
        switch format {
        case .csv: try appendCSV(to: &bytes)
        case .ndjson:
            for record in 0..<count {
                var taken: [UInt8] = []
                swap(&taken, &bytes)
                var writer = JSONWriter(appendingTo: consume taken)
                try writeObject(record, to: &writer)
                writer.bytes.append(0x0A)
                swap(&bytes, &writer.bytes)
            }
        }
    }

    private func appendCSV(to bytes: inout [UInt8]) throws(JSONError) {
        var taken: [UInt8] = []
        swap(&taken, &bytes)
        var cells = CSVCells(appendingTo: consume taken)
        let width = style.answerNames.count
        for record in 0..<count {
            if style.hasIDs, let batch { cells.add(text: batch.ids[record].cell) }
            switch outcome(record) {
            case .coded(let row):
                try addAnswer(row, to: &cells)
                if style.reportsFaults { cells.addEmpty() }
            case .faulty(let fault):
                for _ in 0..<width { cells.addEmpty() }
                if style.reportsFaults { cells.add(text: "\(fault)") }
            }
            cells.endLine()
        }
        bytes = cells.take()
    }

    private func addAnswer(_ row: Int, to cells: inout CSVCells) throws(JSONError) {
        switch output {
        case .codes(let mean, let sigma, let draw):
            for matrix in [mean, sigma, draw] { if let matrix { try add(matrix, row, to: &cells) } }
        case .records(let mean, let draw):
            try addRecord(mean, row, to: &cells)
            if let draw { try addRecord(draw, row, to: &cells) }
        case .path(let latent, let mean):
            try add(latent, row, to: &cells)
            try addRecord(mean, row, to: &cells)
        case .samples(let latent, let mean, let draw):
            if style.wantsLatents { try add(latent, row, to: &cells) }
            try addRecord(draw, row, to: &cells)
            if style.wantsMeans { try addRecord(mean, row, to: &cells) }
        case .scores(let scores): try ScoreText(self, scores).add(row, to: &cells)
        case .repairs(let repairs):
            for cell in RepairText(self, repairs).repaired(row) { try cells.add(cell) }
        }
    }

    private func add(_ matrix: Matrix<Float>, _ row: Int, to cells: inout CSVCells) throws(JSONError) {
        for column in 0..<matrix.columns { try cells.add(matrix[row, column]) }
    }

    private func addRecord(_ coded: Matrix<Float>, _ row: Int, to cells: inout CSVCells) throws(JSONError) {
        guard let schema = style.model.schema else { return try add(coded, row, to: &cells) }
        for (column, kind) in schema.coded.enumerated() { try cells.add(kind.value(coded[row, column])) }
    }
}

extension CellValue {
    func write(to writer: inout JSONWriter) throws(JSONError) {
        switch self {
        case .missing: writer.null()
        case .number(let number): try writer.double(number)
        case .word(let word): writer.string(word)
        }
    }
}

extension RowFault {
    /// The members that say what is wrong, in the place of an answer.
    func write(to writer: inout JSONWriter) {
        writer.key("row")
        writer.int(row)
        writer.key("error")
        writer.object { writer in
            writer.key("code")
            writer.string(code)
            writer.key("message")
            writer.string(message)
            if let line {
                writer.key("line")
                writer.int(line)
            }
            for (key, text) in [("column", column), ("expected", expected), ("got", got)] {
                guard let text else { continue }
                writer.key(key)
                writer.string(text)
            }
        }
    }
}
