import Kernels
import Records
import TestSupport
import Testing

@testable import VAE

/// Each family of a column is a distribution: its probabilities add up to 1, its density integrates to 1.
@Suite struct ColumnsLikelihoodTests {
    private let probe: ColumnProbe<Double>
    private let mass = MixedTable.unknownMass

    init() throws {
        probe = try ColumnProbe()
    }

    private static func place(_ name: String) -> Int {
        MixedTable.schema.coded.firstIndex { $0.name == name } ?? -1
    }

    @Test(arguments: [("flag", 2), ("colour", 3), ("size", 4)])
    func levelsShareWhatTheUnknownLeaves(name: String, levels: Int) {
        let shares = probe.probabilities(Self.place(name), (-1..<levels).map { Double($0) })
        #expect(abs(shares[0] - mass) < 1e-14)
        #expect(abs(shares.dropFirst().reduce(0, +) - (1 - mass)) < 1e-13)
        #expect(shares.allSatisfy { $0 > 0 && $0 < 1 })
        // A level that is none, whatever number stands for it, is unknown.
        #expect(probe.probabilities(Self.place(name), [Double(levels)])[0] == shares[0])
    }

    @Test func discreteColumnsKnowTheirAtomsOnly() {
        let atoms = MixedTable.schema.coded[Self.place("step")].atomCodes.map(Double.init)
        let shares = probe.probabilities(Self.place("step"), atoms + [0.123, -7])
        #expect(abs(shares.prefix(3).reduce(0, +) - (1 - mass)) < 1e-13)
        #expect(abs(shares[3] - mass) < 1e-14 && shares[4] == shares[3])
    }

    @Test(arguments: ["visits", "clicks"])
    func countsShareWhatTheUnknownLeaves(name: String) {
        let shares = probe.probabilities(Self.place(name), (-1..<1_500).map { Double($0) })
        #expect(abs(shares[0] - mass) < 1e-14)
        #expect(abs(shares.dropFirst().reduce(0, +) - (1 - mass)) < 1e-9, "\(shares.dropFirst().reduce(0, +))")
    }

    @Test(arguments: ["shared", "each", "heavy", "wild"])
    func densitiesIntegrateToOne(name: String) {
        #expect(abs(integral(Self.place(name)) - 1) < 1e-6, "\(integral(Self.place(name)))")
    }

    @Test(arguments: ["fee", "amount"])
    func spikesAndTheRestAreOneTogether(name: String) {
        let column = MixedTable.schema.coded[Self.place(name)]
        let spikes = probe.probabilities(Self.place(name), column.atomCodes.map(Double.init))
        let rest = integral(Self.place(name))
        #expect(spikes.allSatisfy { $0 > 0.001 } && rest > 0.001)
        #expect(abs(spikes.reduce(0, +) + rest - 1) < 1e-6)
    }

    /// No node is on an atom, whose probability would be taken for a density.
    ///
    /// ∫ p(x) dx by the trapezoidal rule in u, x = m + u / (1 − u²), which reaches from −∞ to ∞.
    private func integral(_ column: Int) -> Double {
        let (middle, nodes) = (probe.mode(column) + 0.000_777_31, 6_000)
        let u = (1..<nodes).map { 2 * Double($0) / Double(nodes) - 1 }
        let densities = probe.probabilities(column, u.map { middle + $0 / (1 - $0 * $0) })
        let weighted = zip(u, densities).map { $1 * (1 + $0 * $0) / ((1 - $0 * $0) * (1 - $0 * $0)) }
        return weighted.reduce(0, +) * 2 / Double(nodes)
    }

    @Test func aConstantHasNoTerm() {
        #expect(probe.logDensities(Self.place("site"), [0, 1, .nan]) == [0, 0, 0])
    }

    @Test func anEmptyCellHasNoTerm() {
        for place in MixedTable.families.indices { #expect(probe.logDensities(place, [.nan]) == [0]) }
    }

    /// Far out, where squares would overflow, terms are very negative and finite.
    @Test func extremeCodesStayFinite() throws {
        let probe = try ColumnProbe<Float>()
        for (place, column) in MixedTable.schema.coded.enumerated() {
            for code in [1e15, -1e15, 1e7] as [Float] {
                let term = probe.logDensities(place, [code])[0]
                #expect(term.isFinite, "\(column.name) \(code)")
                if column.takesNumbers { #expect(term < -3, "\(column.name) \(code)") }
            }
        }
    }
}
