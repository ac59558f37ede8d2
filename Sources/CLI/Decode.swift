import ArgumentParser
import Inference
import ModelStorage

struct Decode: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Writes the mean record of each code z.",
        discussion: """
            The input is a table with one column for each number of z, whatever their names, or a JSON array on each line.

            Example: elbo decode models/mine codes.csv
            """)

    @OptionGroup var bulk: BulkArguments

    func run() throws {
        try bulk.run(.decode(drawSeed: nil), bulk.load())
    }
}
