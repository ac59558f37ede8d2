import ArgumentParser
import Bulk
import Inference
import ModelStorage

struct Reconstruct: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Writes the nearest normal record of each row.",
        discussion: """
            Of a table: the row with its strange cells set right and its empty cells filled; with --format ndjson also which
            moved, and what was expected everywhere. Of images: the mean image at z = μ; --format png shows the first of them,
            a row of images above a row of their means.

            Examples:
              elbo reconstruct models/mine data.csv
              elbo reconstruct models/mnist t10k-images-idx3-ubyte.gz --format png --output seen.png
            """)

    @OptionGroup var bulk: BulkArguments
    @OptionGroup var picture: PictureArguments

    @Option(help: "How many of the images a picture shows at most. (default: 64)")
    var count: Int?

    func validate() throws {
        try picture.check(bulk.format)
        if let count, count < 1 { throw ValidationError("--count must be 1 or more, not \(count)") }
        if count != nil, bulk.format != .png { throw ValidationError("--count is for --format png") }
    }

    func run() throws {
        let stored = try bulk.load()
        guard bulk.format == .png else { return try bulk.run(.reconstruct, stored) }
        try picture.write(stored.model, .reconstruct, input: bulk.input, levels: bulk.condition.choice) {
            run throws(BulkError) in
            try run.png(path: bulk.input, count: count ?? PictureArguments.usualCount)
        }
    }
}
