import Files
import Kernels
import ModelStorage
import Records
import TestSupport
import Training
import VAE

@testable import Service

/// Small models with random weights, and a small one that has learned.
enum TestModels {
    /// Vectors of 3 numbers, 2 in a code; no columns.
    static func plain(_ name: String = "plain", inputDimension: Int = 3) throws -> StoredModel {
        try make(name, inputDimension: inputDimension, .gaussian(.fixed(0.5)), shape: [inputDimension])
    }

    /// Images of 2 × 2 pixels in [0, 1].
    static func pixels() throws -> StoredModel {
        try make("pixels", inputDimension: 4, .bernoulli, shape: [2, 2])
    }

    /// Images of 3 × 2 coloured pixels.
    static func colours() throws -> StoredModel {
        try make("colours", inputDimension: 18, .gaussian(.fixed(0.5)), shape: [3, 2, 3])
    }

    /// A table with the columns amount, hour and km; without calibration.
    static func table() throws -> StoredModel {
        let schema = try Schema([
            Column(name: "amount", kind: .real(NumericCode(transform: .linear, offset: 10, scale: 4))),
            Column(name: "hour", kind: .real(NumericCode(transform: .linear, offset: 12, scale: 6))),
            Column(name: "km", kind: .real(NumericCode(transform: .linear, offset: 2, scale: 0.5))),
        ])
        let families = schema.coded.map { _ in ColumnFamily.gaussian(ColumnScale(isPerRecord: false, floor: 0.05)) }
        return try make("table", inputDimension: 3, .columns(families), shape: [3], schema)
    }

    /// Images of 2 × 2 pixels with two levels of latents, of 2 and of 2 numbers, under a flow.
    static func levels() throws -> StoredModel {
        let layers = [LayerSpecification.dense(units: 4, activation: .tanh)]
        let levels = HierarchySpecification(latentDimension: 2, top: [], posterior: layers, prior: layers)
        return try make(
            "levels", inputDimension: 4, .bernoulli, shape: [2, 2], prior: .flow(couplings: 2, units: 3),
            hierarchy: levels)
    }

    /// A plain autoencoder of the same images.
    static func autoencoder() throws -> StoredModel {
        try make("autoencoder", inputDimension: 4, .bernoulli, shape: [2, 2], isDeterministic: true)
    }

    /// Images of 2 × 2 pixels in [0, 1] that are told one of the labels 3, 7 and "new".
    static func conditional() throws -> StoredModel {
        try make(
            "conditional", inputDimension: 4, .bernoulli, shape: [2, 2],
            condition: ConditionSpecification(levels: ["3", "7", "new"]))
    }

    /// The table with a column of its own that it is told, of the kinds a and b.
    static func told() throws -> StoredModel {
        let columns = try table().description.schema?.columns ?? []
        let schema = try Schema(columns + [Column(name: "kind", kind: .ignored)])
        let families = schema.coded.map { _ in ColumnFamily.gaussian(ColumnScale(isPerRecord: false, floor: 0.05)) }
        return try make(
            "told", inputDimension: 3, .columns(families), shape: [3], schema,
            condition: ConditionSpecification(levels: ["a", "b"], column: "kind"))
    }

    /// A table whose column, level and name are all the same text.
    static func hostile(_ text: String) throws -> StoredModel {
        let schema = try Schema([Column(name: text, kind: .categorical(Levels([text, "other"])))])
        let families = [ColumnFamily.categorical(levels: 2, unknownMass: 0.01)]
        return try make("table " + text, inputDimension: 2, .columns(families), shape: [1], schema)
    }

    /// All three; `pixels` is the first by name.
    static func all() throws -> [StoredModel] {
        [try table(), try plain(), try pixels()]
    }

    private static func make(
        _ name: String, inputDimension: Int, _ likelihood: LikelihoodSpecification, shape: [Int],
        _ schema: Schema? = nil, prior: PriorSpecification = .standard, hierarchy: HierarchySpecification? = nil,
        isDeterministic: Bool = false, condition: ConditionSpecification? = nil
    ) throws -> StoredModel {
        let layers = [LayerSpecification.dense(units: 8, activation: .tanh)]
        let architecture = try Architecture(
            inputDimension: inputDimension, latentDimension: 2, encoder: layers, decoder: layers,
            likelihood: likelihood, prior: prior, hierarchy: hierarchy, condition: condition,
            isDeterministic: isDeterministic)
        let description = ModelDescription(
            version: "v1", architecture: architecture, inputShape: shape, schema: schema, scoreSeed: 5,
            scoreSamples: 4, provenance: Provenance(command: "", data: [], seed: 0, metrics: []))
        return try StoredModel(name: name, description, Parameters(ParameterLayout(architecture), seed: 3))
    }
}

// MARK: A table of all kinds

extension TestModels {
    /// Orders with columns of most kinds, learned in a second, with calibration. Named `orders`.
    static func orders() throws -> StoredModel { try trained.get() }

    private static let trained = Result {
        let folder = try TemporaryDirectory()
        let data = folder("orders.csv")
        try FileSystem.write(Array(ordersCSV(rows: 2_000, seed: 1).utf8), to: data)
        var plan = TrainingRun.Plan(dataPath: data, output: folder("orders"))
        plan.network.hidden = [16]
        plan.network.latentDimension = 3
        plan.epochs = 6
        plan.version = "7"
        plan.table.plans = [
            ColumnPlan(name: "size", kind: .ordinal, levels: ["small", "medium", "large"]),
            ColumnPlan(name: "amount", kind: .positive), ColumnPlan(name: "items", kind: .count),
            ColumnPlan(name: "remark", kind: .ignored),
        ]
        return try TrainingRun(plan).run(progress: { _ in }, epoch: { _ in })
    }

    static let ordersHeader = "amount,items,express,color,size,age,country,remark"

    /// Lines of orders, the header first.
    static func ordersCSV(rows: Int, seed: UInt64) -> String {
        ([ordersHeader] + orderRows(rows, seed: seed)).joined(separator: "\n") + "\n"
    }

    /// Lines of orders: amounts grow with the items, the age of some is missing, and one country is all there is.
    static func orderRows(_ count: Int, seed: UInt64) -> [String] {
        var random = SeededGenerator(state: seed)
        return (0..<count).map { row in
            let items = Int.random(in: 1...9, using: &random)
            let cents = Int.random(in: 100...900, using: &random) * items
            let amount = "\(cents / 100).\(cents % 100 / 10)\(cents % 10)"
            let express = Int.random(in: 0..<4, using: &random) == 0 ? "yes" : "no"
            let color = ["red", "green", "blue, dark"].randomElement(using: &random) ?? "red"
            let size = items < 4 ? "small" : items < 7 ? "medium" : "large"
            let age = Int.random(in: 0..<10, using: &random) == 0 ? "" : "\(Int.random(in: 18...80, using: &random))"
            let cell = color.contains(",") ? "\"\(color)\"" : color
            return "\(amount),\(items),\(express),\(cell),\(size),\(age),DE,no \(row)"
        }
    }
}
