import ArgumentParser
import Kernels
import ModelStorage
import Records
import VAE

struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Shows what a model is: layers, columns, where it comes from.",
        discussion: "Example: elbo inspect models/mnist")

    @Argument(help: "A model directory.")
    var model: String

    func run() throws {
        let stored = try Models.load(model)
        try Output.writeLine(Self.lines(stored).joined(separator: "\n"))
    }

    private static func lines(_ stored: StoredModel) -> [String] {
        let (description, network) = (stored.description, stored.model.network)
        let architecture = description.architecture
        var lines = [
            "\(stored.name), version \(description.version)",
            "  input       \(input(description, network.inputDimension))",
            "  encoder     \(layers(architecture.encoder))",
            "  latent      \(LatentText.levels(architecture))",
            "  prior       \(LatentText.prior(architecture))",
            "  decoder     \(layers(architecture.decoder))\(LayerText.output(architecture.output))",
            "  likelihood  \(likelihood(architecture.likelihood))",
            "  parameters  \(Text.grouped(network.parameters.vector.count))",
            "  score       \(description.scoreSamples) samples, seed \(description.scoreSeed)",
        ]
        if let condition = architecture.condition { lines.append("  condition   \(text(condition))") }
        if let ranking = stored.model.ranking { lines.append("  ranking     \(text(ranking))") }
        lines += CalibrationText.lines(stored.model).map { "  \($0)" }
        lines += provenance(description.provenance)
        lines += bits(architecture, description.provenance).map { [$0] } ?? []
        guard let schema = description.schema, case .columns(let families) = architecture.likelihood else {
            return lines
        }
        return lines + ["columns"] + ColumnText.table(schema, families)
    }

    private static func text(_ condition: ConditionSpecification) -> String {
        let source = condition.column.map { " of column '\($0)'" } ?? ""
        return "\(Text.counted(condition.levels.count, "level"))\(source): \(condition.levels.joined(separator: ", "))"
    }

    private static func text(_ ranking: RowRanking) -> String {
        switch ranking.measure {
        case .table:
            let parts = Ranking.combinedParts.map(\.rawValue).joined(separator: " and ")
            return "\(ranking.usual.rawValue): the mean rarity of \(parts)"
        case .vectors:
            let isPlain = ranking.usual == .elbo
            return "\(ranking.usual.rawValue): −ELBO\(isPlain ? "" : " beside what the row alone costs")"
        }
    }

    private static func provenance(_ provenance: Provenance) -> [String] {
        var lines = provenance.command.isEmpty ? [] : ["  command     \(provenance.command)"]
        for (file, sha256, rows) in provenance.data {
            let count = rows.map { ", \(Text.grouped($0)) rows" } ?? ""
            lines.append("  data        \(file)\(count), sha256 \(sha256.prefix(16))…")
        }
        for (name, value) in provenance.metrics { lines.append("  \(Text.left(name, 26)) \(Text.fixed(value, 3))") }
        return lines
    }

    private static func bits(_ architecture: Architecture, _ provenance: Provenance) -> String? {
        guard let bits = architecture.bitsPerDimension,
            let elbo = provenance.metrics.first(where: { $0.name == "validation_elbo" })?.value
        else { return nil }
        return "  \(Text.left("validation_bits_per_dim", 26)) \(Text.fixed(bits(nats: -elbo), 4)) (\(Text.unit(bits)))"
    }

    private static func input(_ description: ModelDescription, _ numbers: Int) -> String {
        let seen = "(\(Text.grouped(numbers)) numbers for the encoder)"
        if let schema = description.schema { return "\(Text.counted(schema.width, "column")) \(seen)" }
        return "\(shape(description.inputShape)) \(seen)"
    }

    private static func shape(_ shape: [Int]) -> String { shape.map(String.init).joined(separator: " × ") }

    private static func layers(_ layers: [LayerSpecification]) -> String {
        layers.isEmpty ? "none" : layers.map(LayerText.name).joined(separator: " → ")
    }

    private static func likelihood(_ likelihood: LikelihoodSpecification) -> String {
        switch likelihood {
        case .bernoulli: "Bernoulli"
        case .continuousBernoulli: "continuous Bernoulli"
        case .gaussian(.shared(let floor)): "Gaussian, one σ learned for all columns (at least \(floor))"
        case .discretizedLogistic(.learned(let floor)):
            "discretised logistic, 256 levels, scale learned for each column (at least \(floor))"
        case .discretizedLogistic(.perRecord(let floor)):
            "discretised logistic, 256 levels, scale of each cell from the decoder (at least \(floor))"
        case .gaussian(.fixed(let sigma)): "Gaussian, σ = \(sigma)"
        case .gaussian(.learned(let floor)): "Gaussian, σ learned for each column (at least \(floor))"
        case .columns: "a family for each column"
        }
    }
}
