import Kernels
import Testing
import VAE

@testable import Inference

/// Rows of any levels in one batch.
@Suite struct ConditionTests {
    private static let model = Result {
        let architecture = try Architecture(
            inputDimension: 5, latentDimension: 2, encoder: [.gatedDense(units: 6)],
            decoder: [.dense(units: 6, activation: .tanh)], likelihood: .bernoulli,
            condition: ConditionSpecification(levels: ["a", "b", "c"]))
        return try TrainedModel(
            network: VariationalAutoencoder(architecture, Parameters<Float>(ParameterLayout(architecture), seed: 3)),
            schema: nil, inputShape: [5], scoreSeed: 7, scoreSamples: 4)
    }

    private func bits(
        _ operation: Operation, _ input: Matrix<Float>, positions: [Int], _ model: TrainedModel
    ) throws -> InferenceOutput {
        let output = InferenceOutput(operation, rows: input.rows, model: model)
        try OperationRunner(model).run(operation, TestModel.copy(input), positions: positions, into: output)
        return output
    }

    @Test(arguments: TestModel.operations)
    func rowsDoNotDependOnTheLevelsOfTheirBatch(operation: Operation) throws {
        let model = try Self.model.get()
        let rows = 130
        let levels = (0..<rows).map { $0 * 7 % 3 }
        let plain = TestModel.input(operation, rows: rows)
        let whole = try bits(
            operation, RowConditions.each(levels).joined(to: plain), positions: Array(0..<rows), model)
        var changed = 0
        for row in 0..<rows {
            let one = plain.rows(row..<row + 1)
            let alone = try bits(
                operation, RowConditions.all(levels[row]).joined(to: one), positions: [row], model)
            #expect(alone.bits == whole.rows(row..<row + 1).bits, "row \(row)")
            let other = try bits(
                operation, RowConditions.all((levels[row] + 1) % 3).joined(to: one), positions: [row], model)
            if other.bits != alone.bits { changed += 1 }
        }
        #expect(changed == rows)
    }

    /// Jobs of different levels share a batch and get what they would get alone.
    @Test func jobsOfDifferentLevelsShareABatch() throws {
        let model = try Self.model.get()
        var queue = BatchQueue(ModelEngine.Limits(maxBatchRows: 64, maxQueuedRows: 1_000), workers: 1)
        let operation = Operation.reconstruct
        let jobs = (0..<3).map { level in
            InferenceJob(
                operation, input: RowConditions.all(level).joined(to: TestModel.input(operation, rows: 2)),
                model: model, deadline: .now + .seconds(60)
            ) { _ in }
        }
        for job in jobs {
            let isTaken = queue.append(job) == nil
            #expect(isTaken)
        }
        let batch = queue.nextBatch()
        #expect(batch.count == 3)
        #expect(batch.map { $0.job.input[1, 5] } == [0, 1, 2])
    }
}
