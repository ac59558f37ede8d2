import ArgumentParser
import Inference
import ModelStorage

struct Encode: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Writes the posterior of each row: mean μ and standard deviation σ of z.",
        discussion: "Example: elbo encode models/mine data.csv > codes.csv")

    @OptionGroup var bulk: BulkArguments

    func run() throws {
        try bulk.run(.encode(drawSeed: nil), bulk.load())
    }
}
