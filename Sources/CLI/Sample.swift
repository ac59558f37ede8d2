import Answers
import ArgumentParser
import Bulk
import Inference
import ModelStorage
import VAE

struct Sample: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Writes records of the model's own making.",
        discussion: """
            Row i depends on the seed and on its place (offset + i), not on how many are asked for.

            Examples:
              elbo sample models/mine --count 100 --seed 7
              elbo sample models/digits --condition 7 --count 10
              elbo sample models/mnist --mean --format png --scale 2 --output digits.png
            """)

    @Argument(help: "A model directory.")
    var model: String

    @Option(help: "How many records. (default: 1, or 64 in a picture)")
    var count: Int?

    @Option(help: "Seed.")
    var seed: UInt64 = 1

    @Option(help: "Place of the first record in the seed's endless sequence.")
    var offset: UInt64 = 0

    @Option(help: "Factor on the prior's standard deviation.")
    var temperature: Float = 1

    @Flag(help: "The means E[x given z] instead of draws from p(x given z).")
    var mean = false

    @Option(help: "csv or ndjson; of images also png, all of them side by side.")
    var format: OutputFormat = .csv

    @Option(help: "Of a conditional model: the level of all records, such as 7; 'elbo inspect' lists them.")
    var condition: String?

    @OptionGroup var picture: PictureArguments

    func validate() throws {
        try picture.check(format)
        if let count, count < 1 { throw ValidationError("--count must be 1 or more, not \(count)") }
        guard (0...100).contains(temperature) else { throw ValidationError("--temperature must be from 0 to 100") }
    }

    func run() throws {
        let stored = try Models.load(model)
        guard !stored.model.network.architecture.isDeterministic else {
            throw Failure("\(model) is a plain autoencoder: it has no prior to sample from")
        }
        let operation = Operation.sample(seed: seed, offset: offset, temperature: temperature)
        guard let format = format.text else {
            return try picture.write(stored.model, operation, wantsMeans: mean, levels: LevelChoice(level: condition)) {
                run throws(BulkError) in
                try run.png(count: count ?? PictureArguments.usualCount)
            }
        }
        var options = BulkOptions(operation, workers: Cores.count)
        options.format = format
        options.printsMeans = mean
        options.levels = LevelChoice(level: condition)
        do {
            try BulkPrinter(BulkRun(stored.model, options, count: count ?? 1), options).print()
        } catch let error as BulkError {
            throw Failure("\(error)")
        }
    }
}
