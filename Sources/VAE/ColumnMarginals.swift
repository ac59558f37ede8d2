import Kernels
import Records

/// What each column costs by itself, in nats of the coded units: a model in which no column knows of another.
struct ColumnMarginals: Sendable {
    private enum Marginal: Sendable {
        /// Student's t with four degrees of freedom around the median: as heavy as real columns.
        case location(median: Double, spread: Double)
        /// −log of a level's share; the last is that of all others.
        case levels([Float], nats: [Double])
        case none
    }

    private let marginals: [Marginal]

    /// - Parameter sample: coded rows of the training table.
    init(_ schema: Schema, sample: Matrix<Float>) {
        marginals = schema.coded.enumerated().map { place, column in
            let codes = (0..<sample.rows).map { sample[$0, place] }
            return Self.marginal(column, codes)
        }
    }

    private static func marginal(_ column: Column, _ codes: [Float]) -> Marginal {
        switch column.kind {
        case .constant, .ignored: .none
        case .real(let code), .positive(let code):
            column.isDiscrete
                ? levels(column.atomCodes, codes) : .location(median: code.median, spread: code.spread)
        case .count(let code): .location(median: code.median, spread: code.spread)
        case .binary(let words), .categorical(let words), .ordinal(let words):
            levels((0..<words.count).map { Float($0) }, codes)
        }
    }

    private static func levels(_ levels: [Float], _ codes: [Float]) -> Marginal {
        var counts = Array(repeating: 1.0, count: levels.count + 1)
        for code in codes where !code.isNaN { counts[levels.firstIndex(of: code) ?? levels.count] += 1 }
        let total = counts.reduce(0, +)
        return .levels(levels, nats: counts.map { ExactMath.log(total / $0) })
    }

    /// Σ −log p(x_j) of a coded row.
    func nats(_ coded: Matrix<Float>, row: Int) -> Double {
        var sum = 0.0
        for (place, marginal) in marginals.enumerated() { sum += Self.nats(marginal, coded[row, place]) }
        return sum
    }

    private static func nats(_ marginal: Marginal, _ code: Float) -> Double {
        if code.isNaN { return 0 }
        switch marginal {
        case .none: return 0
        case .levels(let levels, let nats): return nats[levels.firstIndex(of: code) ?? levels.count]
        case .location(let median, let spread):
            let r = (Double(code) - median) / spread
            return 2.5 * ExactMath.log(1 + r * r / 4) + ExactMath.log(spread) - studentConstant
        }
    }

    /// log Γ(5/2) − log Γ(2) − ½ log 4π
    private static let studentConstant = -0.980829253011726
}
