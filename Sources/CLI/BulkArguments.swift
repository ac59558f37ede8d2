import Answers
import ArgumentParser
import Bulk
import Glibc
import Inference
import ModelStorage
import RecordIO
import VAE

/// What the commands that go through rows have in common.
struct BulkArguments: ParsableArguments {
    @Argument(help: "A model directory.")
    var model: String

    @Argument(
        help:
            "A CSV table with a header, NDJSON, IDX images or a PNG, .gz too; - for a table or NDJSON from standard input."
    )
    var input: String

    @Option(help: "What to write: csv or ndjson; png where the answers are images.")
    var format: OutputFormat = .csv

    @Option(help: "What the input is: csv or ndjson. (default: ndjson where it begins with { or [)")
    var inputFormat: InputFormat?

    @Option(help: "stop at the first bad row, or skip: answer it with what is wrong and go on.")
    var onError: FaultPolicy = .stop

    @Option(
        name: .customLong("id"),
        help: "The column that names the rows and comes back. (default: id, where the model has no such)")
    var idColumn: String?

    @OptionGroup var condition: ConditionArguments
    @OptionGroup var precision: PrecisionArguments

    func load() throws -> StoredModel { try Models.load(model, precision.resolved()) }

    /// Runs an operation over all rows of the input and prints the answers.
    func run(_ operation: Operation, _ stored: StoredModel, verdict: Verdict? = nil) throws {
        guard let format = format.text else {
            throw ValidationError("--format png is for 'elbo reconstruct' and 'elbo sample'")
        }
        // Codes are no records: their columns may be called what they like.
        if let idColumn, operation.inputKind != .latent, let schema = stored.model.schema,
            !RecordReading.canNameRecords(idColumn, schema)
        {
            throw ValidationError("--id must be a column that is not one of the model's, not '\(idColumn)'")
        }
        var options = BulkOptions(operation, workers: Cores.count)
        options.format = format
        options.policy = onError
        options.idColumn = idColumn
        options.verdict = verdict
        options.inputFormat = inputFormat
        options.levels = condition.choice
        do {
            let run = try BulkRun(stored.model, options, path: input)
            try BulkPrinter(run, options, bits: stored.model.network.architecture.bitsPerDimension).print()
        } catch let error as BulkError {
            throw Failure("\(input == "-" ? "standard input" : input): \(error)")
        }
    }
}

enum Cores {
    static var count: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
}

extension InputFormat: ExpressibleByArgument {}
extension FaultPolicy: ExpressibleByArgument {}
