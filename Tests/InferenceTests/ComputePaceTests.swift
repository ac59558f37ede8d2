import Kernels
import Testing
import VAE

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

    /// What would hold up a thread for longer than it may be is for others, but never all.
    @Test func countsWhatIsDoneInTime() throws {
        let (model, table) = (try TestModel.make(), PaceTable())
        let operation = Operation.encode(drawSeed: nil)
        let jobs = [1, 2, 3, 4].map { rows in
            InferenceJob(
                operation, input: TestModel.input(operation, rows: rows), model: model, deadline: .now + .seconds(60)
            ) { _ in }
        }
        #expect(table.count(of: jobs, within: .zero) == 4)
        table.note(.microseconds(100), operation, rows: 1)
        let counts = [0, 100, 299, 300, 999, 1_000].map { table.count(of: jobs, within: .microseconds($0)) }
        #expect(counts == [1, 1, 1, 2, 3, 4])
        #expect(table.count(of: [], within: .zero) == 0)
    }
}
