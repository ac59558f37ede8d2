import Inference
import JSON
import Kernels
import Records
import VAE

/// Prints what the model expects of records, and their nearest normal forms.
struct RepairText {
    private let rows: AnswerRows
    private let repairs: RepairOutput

    init(_ rows: AnswerRows, _ repairs: RepairOutput) {
        (self.rows, self.repairs) = (rows, repairs)
    }

    private var columns: [Column] { rows.style.model.schema?.coded ?? [] }

    func write(_ row: Int, to writer: inout JSONWriter) throws(JSONError) {
        try rows.writeRecord("reconstruction", repairs.expected, row, to: &writer)
        try rows.writeRecord("repaired", repaired(row), to: &writer)
        writer.key("moved")
        try writer.array { writer throws(JSONError) in
            for place in columns.indices where hasMoved(row, place) {
                try writer.object { writer throws(JSONError) in
                    writer.key("column")
                    writer.string(columns[place].name)
                    writer.key("observed")
                    try rows.observed(row, place).write(to: &writer)
                    writer.key("expected")
                    try expected(row, place).write(to: &writer)
                    try writer.number("nats", repairs.surprise[row, place])
                }
            }
        }
        writer.key("imputed")
        writer.array { writer in
            for place in columns.indices where rows.code(row, place).isNaN { writer.string(columns[place].name) }
        }
    }

    /// The record with its strange cells set right and its empty cells filled; the others as they came.
    func repaired(_ row: Int) -> [CellValue] {
        columns.indices.map { place in
            if rows.code(row, place).isNaN { return columns[place].value(repairs.filling[row, place]) }
            return hasMoved(row, place) ? expected(row, place) : rows.observed(row, place)
        }
    }

    private func hasMoved(_ row: Int, _ place: Int) -> Bool {
        if case .constant = columns[place].kind { return rows.code(row, place) == 1 }
        return repairs.surprise[row, place] > RepairOutput.movedNats
    }

    private func expected(_ row: Int, _ place: Int) -> CellValue {
        columns[place].value(repairs.expected[row, place])
    }
}
