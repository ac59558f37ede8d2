import Testing

@testable import RecordIO

@Suite struct RecordIDTests {
    @Test func wholeNumbersStayNumbers() {
        #expect(RecordID(cell: "17") == .number("17") && RecordID(cell: "0") == .number("0"))
        for text in ["007", "1.0", "-3", "", "a", "1234567890123456"] { #expect(RecordID(cell: text) == .text(text)) }
    }
}
