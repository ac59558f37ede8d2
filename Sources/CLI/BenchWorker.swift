import Inference
import Kernels
import ModelStorage
import VAE

/// One thread's part of a measurement: a runner, the rows it is given, and where its answers go.
///
/// `@unchecked Sendable`: made by one thread, then used by one other, then read by the first, which waits for it.
final class BenchWorker: @unchecked Sendable {
    private let operation: Operation
    private let runner: OperationRunner
    private let input: Matrix<Float>
    private let positions: [Int]
    private let output: InferenceOutput
    private var failure: InferenceError?
    private var done = 0

    /// Answers once, so that memory is there and warm.
    init(_ operation: Operation, rows: Int, _ stored: StoredModel) throws(Failure) {
        self.operation = operation
        runner = OperationRunner(stored.model)
        positions = Array(0..<rows)
        output = InferenceOutput(operation, rows: rows, model: stored.model)
        do {
            input = try Self.input(operation, positions, stored, runner)
            try runner.run(operation, input, positions: positions, into: output)
        } catch {
            throw Failure("\(error)")
        }
    }

    /// Answers again and again.
    func run(until end: ContinuousClock.Instant) {
        do {
            while ContinuousClock.now < end {
                try runner.run(operation, input, positions: positions, into: output)
                done += positions.count
            }
        } catch {
            failure = error
        }
    }

    /// The rows that have been answered.
    func rows() throws(Failure) -> Int {
        if let failure { throw Failure("\(failure)") }
        return done
    }

    /// Records that the model itself makes, or their codes.
    private static func input(
        _ operation: Operation, _ positions: [Int], _ stored: StoredModel, _ runner: OperationRunner
    ) throws(InferenceError) -> Matrix<Float> {
        let sampling = Operation.sample(seed: 1, offset: 0, temperature: 1)
        let made = InferenceOutput(sampling, rows: positions.count, model: stored.model)
        let conditions = stored.model.condition == nil ? RowConditions.none : .all(0)
        let nothing = conditions.joined(to: Matrix<Float>(rows: positions.count, columns: 0))
        try runner.run(sampling, nothing, positions: positions, into: made)
        guard case .samples(let latent, _, let draw) = made else { return nothing }
        switch operation.inputKind {
        case .record: return conditions.joined(to: draw)
        case .latent: return conditions.joined(to: latent)
        case .none: return nothing
        }
    }
}
