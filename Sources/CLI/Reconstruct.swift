import ArgumentParser
import Inference
import ModelStorage

struct Reconstruct: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Writes the nearest normal record of each row.",
        discussion: """
            Of a table: the row with its strange cells set right and its empty cells filled; with --format ndjson also which
            moved, and what was expected everywhere. Of images: the mean image at z = μ.

            Example: elbo reconstruct models/mine data.csv
            """)

    @OptionGroup var bulk: BulkArguments

    func run() throws {
        try bulk.run(.reconstruct, Models.load(bulk.model))
    }
}
