import Answers
import ArgumentParser
import Bulk
import Inference
import ModelStorage

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

    @Option(help: "Seed.")
    var seed: UInt64 = 1

    @Option(help: "Place of the first record in the seed's endless sequence.")
    var offset: UInt64 = 0

    @Option(help: "Factor on the prior's standard deviation.")
    var temperature: Float = 1

    @Flag(help: "The means E[x given z] instead of draws from p(x given z).")
    var mean = false

    @Option(help: "csv or ndjson.")
    var format: AnswerFormat = .csv

    func run() throws {
        guard count > 0 else { throw ValidationError("--count must be 1 or more, not \(count)") }
        guard (0...100).contains(temperature) else { throw ValidationError("--temperature must be from 0 to 100") }
        let stored = try Models.load(model)
        let operation = Operation.sample(seed: seed, offset: offset, temperature: temperature)
        var options = BulkOptions(operation, workers: Cores.count)
        options.format = format
        options.printsMeans = mean
        do {
            try BulkPrinter(BulkRun(stored.model, options, count: count), options).print()
        } catch let error as BulkError {
            throw Failure("\(error)")
        }
    }
}
