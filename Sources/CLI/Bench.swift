import ArgumentParser
import Dispatch
import Inference
import Kernels
import ModelStorage
import VAE

struct Bench: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures how many rows a second a model computes, without HTTP.",
        discussion: """
            Each worker is a thread with rows of its own; their rates are summed. GFLOP/s counts the products of dense networks.

            Example: elbo bench models/mnist --seconds 1 --workers 1,2
            """)

    @Argument(help: "A model directory.")
    var model: String

    @Option(help: "Seconds for each figure.")
    var seconds = 0.5

    @Option(help: "Numbers of rows at once, with commas.")
    var batches = "1,16,64,256"

    @Option(help: "Numbers of workers, with commas.")
    var workers = "1"

    @OptionGroup var precision: PrecisionArguments

    func run() throws {
        guard seconds > 0, seconds <= 60 else { throw ValidationError("--seconds must be above 0 and at most 60") }
        let batches = try Self.numbers(batches, "--batches", in: 1...4096)
        let workers = try Self.numbers(workers, "--workers", in: 1...256)
        let stored = try Models.load(model, precision.resolved())
        for workers in workers { try measure(stored, batches, workers: workers) }
    }

    private static func numbers(_ text: String, _ name: String, in range: ClosedRange<Int>) throws -> [Int] {
        try text.split(separator: ",", omittingEmptySubsequences: false).map { text in
            guard let number = Int(text), range ~= number else {
                let expected = "numbers from \(range.lowerBound) to \(range.upperBound), such as 1,2"
                throw ValidationError("\(name) must be \(expected)")
            }
            return number
        }
    }

    private func measure(_ stored: StoredModel, _ batches: [Int], workers: Int) throws {
        let kernels = InstructionSet.current.rawValue
        let cores = workers == 1 ? "one core" : "\(workers) threads"
        let name = "\(stored.name) on \(cores) with \(kernels) kernels"
        try Output.writeLine("\(name), \(stored.precision.rawValue), rows/s by batch size")
        try Output.writeLine(Self.line("", batches.map(String.init)))
        for (name, operation) in Self.operations(stored) {
            let rates = try batches.map { try rate(operation, rows: $0, workers: workers, stored) }
            try Output.writeLine(Self.line(name, rates.map { Text.grouped(Int($0)) }))
            guard case .score(let settings) = operation, settings.samples == 0,
                let products = Self.products(stored.model.network.architecture)
            else { continue }
            // A multiplication and an addition.
            let speeds = rates.map { Text.fixed($0 * 2e-9 * Double(products), 1) }
            try Output.writeLine(Self.line("  GFLOP/s", speeds))
        }
    }

    private static func operations(_ stored: StoredModel) -> [(name: String, operation: Operation)] {
        // Of a calibrated model of images the usual ranking is not that of a table.
        let ranking = ScoreSettings(stored.model).ranking
        return [
            ("encode", .encode(drawSeed: nil)), ("decode", .decode(drawSeed: nil)), ("reconstruct", .reconstruct),
            ("score, z = μ", .score(ScoreSettings(samples: 0, seed: 1, ranking: ranking))),
            ("score, 16 samples", .score(ScoreSettings(samples: 16, seed: 1, ranking: ranking))),
            ("sample", .sample(seed: 1, offset: 0, temperature: 1)),
        ]
    }

    /// Multiplications that one row takes through encoder and decoder; nil where there are convolutions, which use a weight more than
    /// once.
    private static func products(_ architecture: Architecture) -> Int? {
        let weights = ParameterLayout(architecture).entries.filter { $0.name.hasSuffix(".weight") }
        return weights.contains { $0.shape.count > 2 }
            ? nil : weights.filter { $0.shape.count == 2 }.reduce(0) { $0 + $1.count }
    }

    private static func line(_ name: String, _ cells: [String]) -> String {
        Text.left(name, 18) + cells.map { Text.right($0, 12) }.joined()
    }

    /// Rows a second of all workers together.
    private func rate(_ operation: Operation, rows: Int, workers: Int, _ stored: StoredModel) throws -> Double {
        let workers = try (0..<workers).map { _ in try BenchWorker(operation, rows: rows, stored) }
        let start = ContinuousClock.now
        let end = start + .seconds(seconds)
        DispatchQueue.concurrentPerform(iterations: workers.count) { workers[$0].run(until: end) }
        let elapsed = (ContinuousClock.now - start).inSeconds
        return Double(try workers.reduce(0) { try $0 + $1.rows() }) / elapsed
    }
}
