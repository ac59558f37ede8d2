import Testing

@testable import HTTPServer

@Suite struct BodyCollectorTests {
    @Test(arguments: [nil, 0, 1, 63, 64, 1_000, 5_000, 10_000] as [UInt64?], [1, 7, 4_096])
    func keepsSpareCapacity(announced: UInt64?, piece: Int) {
        var collector = BodyCollector(limit: 10_000, announced: announced)
        let bytes = (0..<Int(announced ?? 5_000)).map { UInt8(truncatingIfNeeded: $0) }
        for start in stride(from: 0, to: bytes.count, by: piece) {
            #expect(collector.append(bytes[start..<min(start + piece, bytes.count)]) == .goOn)
        }
        let body = collector.take()
        #expect(body == bytes)
        #expect(body.capacity >= body.count + 64)
    }

    @Test func throwsAwayWhatIsTooMuch() {
        var collector = BodyCollector(limit: 10, announced: nil)
        #expect(collector.append([UInt8](repeating: 1, count: 10)) == .goOn)
        #expect(!collector.isTooLarge)
        #expect(collector.append([1]) == .goOn)
        #expect(collector.isTooLarge)
        #expect(collector.take().isEmpty)
        #expect(collector.append([UInt8](repeating: 1, count: 29)) == .goOn)
        #expect(collector.append([1]) == .hangUp)
    }

    @Test func reservesNoMoreThanTheLimit() {
        var collector = BodyCollector(limit: 1_000, announced: .max)
        #expect(collector.take().capacity < 2_000)
    }
}
