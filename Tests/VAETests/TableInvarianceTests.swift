import Kernels
import TestSupport
import Testing

@testable import VAE

/// What a table's model answers for some records, as bits.
private struct TableAnswers: Equatable {
    /// One list for each record.
    var rows: [[UInt64]]

    init(_ model: TrainedModel, _ coded: Matrix<Float>) throws {
        let table = try #require(model.table)
        let evaluator = Evaluator(model.network)
        let x = table.observe(coded)
        let cells = Matrix<Double>(rows: coded.rows, columns: table.termOrder.count)
        let bounds = evaluator.bounds(x, noise: .mirrored(seed: 1, samples: 4, latentDimension: 2), cells: cells)
        let weighted = evaluator.importanceWeightedBounds(
            x, noise: .independent(seed: 1, samples: 3, latentDimension: 2))
        let reconstruction = Matrix<Float>(rows: coded.rows, columns: coded.columns)
        evaluator.reconstruct(x.features, into: reconstruction)
        rows = (0..<coded.rows).map { i in
            let numbers = [
                bounds[i].logLikelihood, bounds[i].klDivergence, bounds[i].standardError, weighted[i],
            ]
            return (numbers + cells.rows(i..<i + 1).values).map(\.bitPattern)
                + reconstruction.rows(i..<i + 1).values.map { UInt64($0.bitPattern) }
        }
    }
}

/// Serialised, since the instruction set is chosen for the whole process.
@Suite(.serialized) struct TableInvarianceTests {
    private static func gather(_ coded: Matrix<Float>, _ order: [Int]) -> Matrix<Float> {
        Matrix(order.flatMap { coded.rows($0..<$0 + 1).values }, rows: order.count, columns: coded.columns)
    }

    @Test func rowsDependNeitherOnTheirBatchNorOnTheirOrder() throws {
        defer { InstructionSet.current = .best }
        let model = try MixedTable.model()
        let coded = MixedTable.codedRows(130)
        var reference: TableAnswers?
        for set in InstructionSet.allCases where set.isAvailable {
            InstructionSet.current = set
            let whole = try TableAnswers(model, coded)
            #expect(reference == nil || whole == reference, "\(set)")
            reference = whole
            for size in [1, 2, 7, 31, 96, 97] {
                let start = size * 5 % (130 - size)
                let part = try TableAnswers(model, coded.rows(start..<start + size))
                #expect(part.rows == Array(whole.rows[start..<start + size]), "\(set) \(size)")
            }
            var generator = SeededGenerator(state: 4)
            let order = (0..<130).shuffled(using: &generator)
            #expect(try TableAnswers(model, Self.gather(coded, order)).rows == order.map { whole.rows[$0] }, "\(set)")
        }
    }

    /// With the same features, a cell without a target takes exactly its own terms away.
    @Test func aDroppedCellRemovesItsTermOnly() throws {
        let model = try MixedTable.model()
        let table = try #require(model.table)
        let evaluator = Evaluator(model.network)
        let coded = MixedTable.codedRows(20, seed: 9)
        let noise = ScoreNoise<Float>.mirrored(seed: 1, samples: 4, latentDimension: 2)
        func cells(_ x: Observation<Float>) -> Matrix<Double> {
            let cells = Matrix<Double>(rows: 20, columns: table.termOrder.count)
            _ = evaluator.bounds(x, noise: noise, cells: cells)
            return cells
        }
        let x = table.observe(coded)
        let whole = cells(x)
        for column in 0..<coded.columns {
            let targets = Matrix(x.targets.values, rows: 20, columns: x.targets.columns)
            for (place, other) in table.termOrder.enumerated() where other == column {
                for row in 0..<20 { targets[row, place] = .nan }
            }
            let dropped = cells(Observation(features: x.features, targets: targets))
            for (place, other) in table.termOrder.enumerated() {
                for row in 0..<20 {
                    let expected = other == column ? 0 : whole[row, place]
                    #expect(dropped[row, place].bitPattern == expected.bitPattern, "\(column) \(place) \(row)")
                }
            }
        }
    }

    /// By Jensen's inequality, whatever the draws: log-mean-exp of the weights is at least the mean of their logarithms; and
    /// that mean estimates the same ELBO as the bound with the exact KL divergence.
    @Test func importanceWeightedBoundIsAboveTheELBO() throws {
        let model = try MixedTable.model()
        let table = try #require(model.table)
        let evaluator = Evaluator(model.network)
        let (rows, samples) = (40, 64)
        let x = table.observe(MixedTable.codedRows(rows, seed: 21))
        let vectors = ScoreNoise<Float>.independent(seed: 2, samples: samples, latentDimension: 2)
        let weighted = evaluator.importanceWeightedBounds(x, noise: vectors)
        let single = (0..<samples).map { s in
            evaluator.importanceWeightedBounds(
                x, noise: ScoreNoise(vectors: vectors.vectors.rows(s..<s + 1), groupSize: 1))
        }
        let elbos = evaluator.bounds(x, noise: .mirrored(seed: 5, samples: 512, latentDimension: 2))
        var gain = 0.0
        for row in 0..<rows {
            let logs = single.map { $0[row] }
            let mean = logs.reduce(0, +) / Double(samples)
            #expect(weighted[row] >= mean - 1e-9)
            let squares = logs.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            let error = (squares / Double(samples - 1) / Double(samples)).squareRoot() + elbos[row].standardError
            #expect(abs(mean - elbos[row].elbo) < 5 * error, "\(row)")
            gain += weighted[row] - elbos[row].elbo
        }
        #expect(gain > 0)
    }
}
