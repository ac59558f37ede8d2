import Inference
import JSON
import ModelStorage
import Records
import VAE

/// A stored model with its engine.
struct ServedModel: Sendable {
    let stored: StoredModel
    let engine: ModelEngine

    var name: String { stored.name }
    var version: String { stored.description.version }
    var model: TrainedModel { stored.model }

    /// The name of a place in the record, or its number where it has none.
    func columnName(_ place: Int) -> String {
        guard let schema = model.schema, schema.coded.indices.contains(place) else { return "\(place)" }
        return schema.coded[place].name
    }
}

extension ServedModel {
    /// One line of the list of models.
    func writeSummary(isDefault: Bool, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.key("name")
            writer.string(name)
            writer.key("version")
            writer.string(version)
            writer.key("default")
            writer.bool(isDefault)
            writer.key("input_dimension")
            writer.int(model.network.inputDimension)
            writer.key("latent_dimension")
            writer.int(model.network.latentDimension)
            writer.key("likelihood")
            writer.string(model.network.architecture.likelihood.name)
        }
    }

    /// All that a client can use.
    func writeDetails(to writer: inout JSONWriter) throws(JSONError) {
        let description = stored.description
        try writer.object { writer throws(JSONError) in
            writer.key("name")
            writer.string(name)
            writer.key("version")
            writer.string(version)
            writer.key("input_dimension")
            writer.int(model.network.inputDimension)
            writer.key("architecture")
            try description.writeArchitecture(to: &writer)
            if let schema = model.schema {
                writer.key("columns")
                try schema.write(to: &writer)
            }
            writer.key("score")
            writer.object { writer in
                writer.key("seed")
                writer.uint64(description.scoreSeed)
                writer.key("samples")
                writer.int(description.scoreSamples)
            }
            writer.key("provenance")
            try description.provenance.write(to: &writer)
        }
    }
}
