import Dispatch
import Glibc
import Inference
import Kernels
import Locking
import Records
import VAE

/// Runs one operation over many rows on all cores, in order.
final class BulkRunner {
    private let model: TrainedModel
    private let operation: Operation
    private let runners: [RunnerBox]
    private var rowsDone = 0

    init(_ model: TrainedModel, _ operation: Operation) {
        (self.model, self.operation) = (model, operation)
        let cores = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        runners = (0..<cores).map { _ in RunnerBox(OperationRunner(model)) }
    }

    /// Rows and columns as people count them in a file, from 1.
    private func describe(_ error: InferenceError) -> String {
        guard case .outsideSupport(let row, let column, let value, let support) = error.shifted(by: 1) else {
            return "\(error.shifted(by: 1))"
        }
        let name = model.schema.map { "'\($0.names[column])'" } ?? "\(column + 1)"
        return "row \(row), column \(name): \(value) is outside \(support)"
    }

    /// - Throws: `Failure` naming the row, counted from 1 since the start.
    func run(_ input: Matrix<Float>) throws -> InferenceOutput {
        let output = InferenceOutput(operation, rows: input.rows, model: model)
        let first = rowsDone
        let failure = Locked<InferenceError?>(nil)
        let (runners, operation) = (runners, operation)
        DispatchQueue.concurrentPerform(iterations: runners.count) { i in
            let rows = input.rows * i / runners.count..<input.rows * (i + 1) / runners.count
            do throws(InferenceError) {
                try runners[i].runner.run(
                    operation, input.rows(rows), positions: rows.map { first + $0 }, into: output.rows(rows))
            } catch {
                failure.withLock { $0 = .first($0, error.shifted(by: first + rows.lowerBound)) }
            }
        }
        if let failure = failure.withLock({ $0 }) { throw Failure(describe(failure)) }
        rowsDone += input.rows
        return output
    }
}

/// One thread uses a runner at a time: the one that has its index.
private final class RunnerBox: @unchecked Sendable {
    let runner: OperationRunner

    init(_ runner: OperationRunner) {
        self.runner = runner
    }
}
