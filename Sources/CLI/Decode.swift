import ArgumentParser
import Inference
import Kernels
import ModelStorage

struct Decode: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Writes the mean record of each code z.",
        discussion: """
            The input is a table with one column for each number of z; the names do not matter.

            Example: elbo decode models/mine codes.csv
            """)

    @OptionGroup var bulk: BulkOptions

    func run() throws {
        let stored = try Models.load(bulk.model)
        try bulk.run(.decode(drawSeed: nil), stored, fields: [.record("mean", stored)]) { output, writer in
            guard case .records(let mean, _) = output else { return }
            try writer.write(rows: mean.rows) { [mean.rows($0..<$0 + 1).values] }
        }
    }
}
