import ArgumentParser
import Inference
import Kernels
import ModelStorage

struct Encode: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Writes the posterior of each row: mean μ and standard deviation σ of z.",
        discussion: "Example: elbo encode models/mine data.csv > codes.csv")

    @OptionGroup var bulk: BulkOptions

    func run() throws {
        let stored = try Models.load(bulk.model)
        let fields: [RowWriter.Field] = [.latent("mu", stored), .latent("sigma", stored)]
        try bulk.run(.encode(drawSeed: nil), stored, fields: fields) { output, writer in
            guard case .codes(let mean, let sigma, _) = output else { return }
            try writer.write(rows: mean.rows) { [mean.rows($0..<$0 + 1).values, sigma.rows($0..<$0 + 1).values] }
        }
    }
}
