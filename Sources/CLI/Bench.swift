import ArgumentParser
import Inference
import Kernels
import ModelStorage
import VAE

struct Bench: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures how many rows a second a model computes on one core, without HTTP.",
        discussion: "Example: elbo bench models/mnist --seconds 1")

    @Argument(help: "A model directory.")
    var model: String

    @Option(help: "Seconds for each figure.")
    var seconds = 0.5

    @Option(help: "Numbers of rows at once, with commas.")
    var batches = "1,16,64,256"

    func run() throws {
        guard seconds > 0, seconds <= 60 else { throw ValidationError("--seconds must be above 0 and at most 60") }
        let batches = try batchSizes()
        let stored = try Models.load(model)
        try Output.writeLine(
            "\(stored.name) on one core with \(InstructionSet.current.rawValue) kernels, rows/s by batch size")
        try Output.writeLine(Self.line("", batches.map(String.init)))
        // Of a calibrated model of images the usual ranking is not that of a table.
        let ranking = ScoreSettings(stored.model).ranking
        let operations: [(String, Operation)] = [
            ("encode", .encode(drawSeed: nil)), ("decode", .decode(drawSeed: nil)), ("reconstruct", .reconstruct),
            ("score, z = μ", .score(ScoreSettings(samples: 0, seed: 1, ranking: ranking))),
            ("score, 16 samples", .score(ScoreSettings(samples: 16, seed: 1, ranking: ranking))),
            ("sample", .sample(seed: 1, offset: 0, temperature: 1)),
        ]
        for (name, operation) in operations {
            let rates = try batches.map { try rate(operation, rows: $0, stored) }
            try Output.writeLine(Self.line(name, rates.map { Text.grouped(Int($0)) }))
        }
    }

    private func batchSizes() throws -> [Int] {
        try batches.split(separator: ",", omittingEmptySubsequences: false).map { text in
            guard let size = Int(text), 1...4096 ~= size else {
                throw ValidationError("--batches must be numbers from 1 to 4096, such as 1,64")
            }
            return size
        }
    }

    private static func line(_ name: String, _ cells: [String]) -> String {
        Text.left(name, 18) + cells.map { Text.right($0, 12) }.joined()
    }

    /// Rows a second, on records that the model itself makes.
    private func rate(_ operation: Operation, rows: Int, _ stored: StoredModel) throws -> Double {
        let runner = OperationRunner(stored.model)
        let input = try input(operation, rows: rows, stored, runner)
        let output = InferenceOutput(operation, rows: rows, model: stored.model)
        let positions = Array(0..<rows)
        let start = ContinuousClock.now
        var (done, elapsed) = (0, 0.0)
        while elapsed < seconds {
            do {
                try runner.run(operation, input, positions: positions, into: output)
            } catch {
                throw Failure("\(error)")
            }
            done += rows
            elapsed = (ContinuousClock.now - start).inSeconds
        }
        return Double(done) / elapsed
    }

    private func input(
        _ operation: Operation, rows: Int, _ stored: StoredModel, _ runner: OperationRunner
    ) throws -> Matrix<Float> {
        let sampling = Operation.sample(seed: 1, offset: 0, temperature: 1)
        let made = InferenceOutput(sampling, rows: rows, model: stored.model)
        let conditions = stored.model.condition == nil ? RowConditions.none : .all(0)
        let nothing = conditions.joined(to: Matrix<Float>(rows: rows, columns: 0))
        do {
            try runner.run(sampling, nothing, positions: Array(0..<rows), into: made)
        } catch {
            throw Failure("\(error)")
        }
        guard case .samples(let latent, _, let draw) = made else { return nothing }
        switch operation.inputKind {
        case .record: return conditions.joined(to: draw)
        case .latent: return conditions.joined(to: latent)
        case .none: return nothing
        }
    }
}
