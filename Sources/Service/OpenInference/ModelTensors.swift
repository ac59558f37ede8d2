import VAE

/// What a model takes and gives, as tensors; made once for each model, since every request asks.
final class ModelTensors: Sendable {
    /// What a request gives rows of.
    enum Source: Sendable {
        case records, latents, count
    }

    /// The input of a model of plain vectors.
    static let inputName = "input"

    let naming: TensorNaming
    /// Those of one record.
    let recordInputs: [TensorMetadata]
    /// Those that a request of records may go without.
    let otherInputs: [TensorMetadata]
    private let ofRecords: [ModelOutput]
    private let ofLatents: [ModelOutput]
    private let ofCounts: [ModelOutput]

    init(_ model: TrainedModel) {
        naming = TensorNaming(model)
        (recordInputs, otherInputs) = (naming.recordInputs, naming.otherInputs)
        ofRecords = naming.outputs(of: .records)
        ofLatents = naming.outputs(of: .latents)
        ofCounts = naming.canSample ? naming.outputs(of: .count) : []
    }

    var model: TrainedModel { naming.model }

    var inputs: [TensorMetadata] { recordInputs + otherInputs }

    func outputs(of source: Source) -> [ModelOutput] {
        switch source {
        case .records: ofRecords
        case .latents: ofLatents
        case .count: ofCounts
        }
    }

    /// All, each name once.
    var outputs: [TensorMetadata] {
        (ofRecords + ofLatents + ofCounts).map(\.metadata).reduce(into: []) { all, output in
            if !all.contains(output) { all.append(output) }
        }
    }
}
