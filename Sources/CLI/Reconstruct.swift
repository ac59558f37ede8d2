import ArgumentParser
import Inference
import Kernels
import ModelStorage

struct Reconstruct: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Writes what the model makes of each row: the mean record at z = μ.",
        discussion: "Example: elbo reconstruct models/mine data.csv")

    @OptionGroup var bulk: BulkOptions

    func run() throws {
        let stored = try Models.load(bulk.model)
        try bulk.run(.reconstruct, stored, fields: [.record("reconstruction", stored)]) { output, writer in
            guard case .records(let mean, _) = output else { return }
            try writer.write(rows: mean.rows) { [mean.rows($0..<$0 + 1).values] }
        }
    }
}
