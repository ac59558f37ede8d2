import Testing

@testable import HTTPServer

@Suite struct DaemonChoiceTests {
    @Test func takesTurnsAmongEquals() {
        var choice = DaemonChoice()
        let turns = (0..<4).map { _ in choice.next(connectionCounts: [0, 0]) }
        #expect(turns == [0, 1, 0, 1])
    }

    @Test func prefersTheLessLoaded() {
        var choice = DaemonChoice()
        #expect(choice.next(connectionCounts: [3, 1, 2]) == 1)
        #expect(choice.next(connectionCounts: [3, 4, 2]) == 2)
    }
}
