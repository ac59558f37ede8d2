import ArgumentParser
import Inference
import Kernels
import ModelStorage
import VAE

struct Sample: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Writes records of the model's own making.",
        discussion: """
            Row i depends on the seed and on its place (offset + i), not on how many are asked for.

            Example: elbo sample models/mine --count 100 --seed 7
            """)

    @Argument(help: "A model directory.")
    var model: String

    @Option(help: "How many records.")
    var count = 1

    @Option(help: "Seed. (default: 1)")
    var seed: UInt64 = 1

    @Option(help: "Place of the first record in the seed's endless sequence.")
    var offset: UInt64 = 0

    @Option(help: "Factor on the prior's standard deviation.")
    var temperature: Float = 1

    @Flag(help: "The means E[x given z] instead of draws from p(x given z).")
    var mean = false

    @Option(help: "csv or ndjson.")
    var format: RowFormat = .csv

    func run() throws {
        guard count > 0 else { throw ValidationError("--count must be 1 or more, not \(count)") }
        guard (0...100).contains(temperature) else { throw ValidationError("--temperature must be from 0 to 100") }
        let stored = try Models.load(model)
        let writer = try RowWriter(format, [.record(mean ? "mean" : "sample", stored)])
        let runner = BulkRunner(
            stored.model, .sample(seed: seed, offset: offset, temperature: temperature))
        var left = count
        while left > 0 {
            let rows = min(left, RowSources.chunkRows)
            guard case .samples(_, let means, let draws) = try runner.run(Matrix(rows: rows, columns: 0)) else {
                return
            }
            let wanted = mean ? means : draws
            try writer.write(rows: rows) { [wanted.rows($0..<$0 + 1).values] }
            left -= rows
        }
    }
}
