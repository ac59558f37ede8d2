import Records
import VAE

/// Names, datatypes and shapes for what a model takes and gives: its records, and what decoding and sampling take beside them.
struct TensorNaming: Sendable {
    typealias Source = ModelTensors.Source

    let model: TrainedModel
    /// The names of the inputs that are no columns: a table may have columns of these names.
    let latentsName: String
    let countName: String
    let conditionName: String

    init(_ model: TrainedModel) {
        self.model = model
        let names = (model.labelledSchema ?? model.schema)?.columns.map(\.name) ?? []
        let free = { (name: String) in names.contains(name) ? "elbo_\(name)" : name }
        (latentsName, countName, conditionName) = (free("latents"), free("count"), free("condition"))
    }

    private var latentDimension: Int { model.network.latentDimension }

    /// A plain autoencoder has no prior to sample from.
    var canSample: Bool { !model.network.architecture.isDeterministic }

    // MARK: Inputs

    /// Those of one record.
    var recordInputs: [TensorMetadata] {
        guard let schema = model.labelledSchema ?? model.schema else {
            return [TensorMetadata(name: ModelTensors.inputName, datatype: .fp32, sides: [model.recordDimension])]
        }
        return schema.coded.map { column in
            TensorMetadata(name: column.name, datatype: column.takesNumbers ? .fp64 : .bytes, sides: [])
        }
    }

    /// Those that a request of records may go without.
    var otherInputs: [TensorMetadata] {
        var inputs = [TensorMetadata(name: latentsName, datatype: .fp32, sides: [latentDimension])]
        if canSample { inputs.append(TensorMetadata(name: countName, datatype: .int64, sides: [])) }
        if model.condition != nil { inputs.append(TensorMetadata(name: conditionName, datatype: .bytes, sides: [])) }
        return inputs
    }

    // MARK: Outputs

    func outputs(of source: Source) -> [ModelOutput] {
        switch source {
        case .records: codes + records("reconstruction", .reconstruct, .mean) + scores
        case .latents: records("mean", .decode, .mean) + records("draw", .decode, .draw, isUsual: false)
        case .count:
            [ModelOutput("latent", .fp32, [latentDimension], .sample, .latent)] + records("sample", .sample, .draw)
                + records("mean", .sample, .mean, isUsual: false)
        }
    }

    private var codes: [ModelOutput] {
        [
            ModelOutput("mu", .fp32, [latentDimension], .encode, .mean),
            ModelOutput("sigma", .fp32, [latentDimension], .encode, .sigma),
            ModelOutput("z", .fp32, [latentDimension], .encode, .draw, isUsual: false),
        ]
    }

    private var scores: [ModelOutput] {
        var outputs = ScoreField.allCases.filter { model.ranking != nil || !$0.isCalibrated }.map { field in
            ModelOutput(field.rawValue, field.datatype, [], .score, .score(field))
        }
        if let schema = model.schema {
            outputs.append(
                ModelOutput("contributions", .fp64, [schema.width + 1], .score, .contributions, isUsual: false))
        }
        return outputs
    }

    /// A record: one tensor, or one for each column of a table.
    private func records(
        _ name: String, _ operation: Route.Verb, _ part: ModelOutput.Part, isUsual: Bool = true
    ) -> [ModelOutput] {
        guard let schema = model.schema else {
            return [ModelOutput(name, .fp32, [model.recordDimension], operation, part, isUsual: isUsual)]
        }
        return schema.coded.enumerated().map { place, column in
            ModelOutput(
                "\(name).\(column.name)", column.takesNumbers ? .fp64 : .bytes, [], operation, part, column: place,
                isUsual: isUsual)
        }
    }

    // MARK: Words

    /// What the shapes and datatypes do not say.
    var properties: [(String, String)] {
        var properties: [(String, String)] = []
        if model.schema == nil, model.inputShape.count > 1 {
            properties.append(("record_shape", "\(model.inputShape)"))
        }
        for column in (model.labelledSchema ?? model.schema)?.coded ?? [] {
            properties.append(("column.\(column.name)", Self.words(column)))
        }
        properties.append((latentsName, "codes to decode, in place of records"))
        if canSample { properties.append((countName, "how many records to sample, in place of records")) }
        if let condition = model.condition { properties.append((conditionName, Self.words(condition))) }
        if model.schema != nil {
            properties.append(
                ("contributions", "nats of each column in the order of the inputs, and the KL divergence"))
        }
        return properties
    }

    private static func words(_ column: Column) -> String {
        var words = column.kind.word.rawValue
        if let levels = column.kind.levels { words += ": " + levels.names.joined(separator: ", ") }
        if column.isOptional { words += "; may be missing (NaN, null or an empty text)" }
        return words
    }

    private static func words(_ condition: ConditionSpecification) -> String {
        var words = "what the rows are conditioned on, one for all or one for each: "
        words += condition.levels.joined(separator: ", ")
        if let column = condition.column { words += "; records may hold it in '\(column)' instead" }
        return words
    }
}
