import Testing

@testable import HTTPServer

@Suite struct SlotTableTests {
    @Test func reusesFreedSlots() {
        var table = SlotTable<Int>()
        #expect(table.insert { $0 } == 0)
        #expect(table.insert { $0 } == 1)
        table.remove(at: 0)
        #expect(table.count == 1)
        #expect(table.insert { $0 } == 0)
        #expect(table.elements == [0, 1])
    }
}
