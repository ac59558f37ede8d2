import Testing

@testable import Inference

@Suite struct ComputePaceTests {
    @Test func followsWhatIsMeasured() throws {
        let pace = ComputePace()
        #expect(pace.time(rows: 1) == nil)
        pace.note(.microseconds(80), rows: 8)
        #expect(pace.time(rows: 3) == .microseconds(30))
        for _ in 0..<200 { pace.note(.microseconds(20), rows: 1) }
        let time = try #require(pace.time(rows: 1))
        #expect(time > .microseconds(19) && time <= .microseconds(20))
    }

    /// A machine may be halted for hours in the midst of a measurement, and that clock goes on.
    @Test func aLongHaltAndManyRowsAreALongTime() throws {
        let pace = ComputePace()
        pace.note(.seconds(36_000), rows: 1)
        #expect(try #require(pace.time(rows: 1 << 30)) > .seconds(1_000_000_000))
    }
}
