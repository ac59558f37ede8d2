import JSON
import VAE

extension ServedModel {
    private static let platform = "elbo_vae"

    /// `{"name", "versions", "platform", "inputs", "outputs", "properties"}`
    ///
    /// - Parameter versions: all that are served of this name.
    func writeMetadata(versions: [String], to writer: inout JSONWriter) {
        writer.object { writer in
            writer.key("name")
            writer.string(name)
            writer.key("versions")
            writer.array { writer in for version in versions { writer.string(version) } }
            writer.key("platform")
            writer.string(Self.platform)
            writer.key("inputs")
            writer.array { writer in for tensor in tensors.inputs { tensor.write(to: &writer) } }
            writer.key("outputs")
            writer.array { writer in for tensor in tensors.outputs { tensor.write(to: &writer) } }
            writer.key("properties")
            writer.object { writer in
                for (key, value) in tensors.naming.properties {
                    writer.key(key)
                    writer.string(value)
                }
            }
        }
    }

    /// The same in the words of a model configuration, and all that the service says of a model of its own.
    func writeConfiguration(to writer: inout JSONWriter) throws(JSONError) {
        try writer.object { writer throws(JSONError) in
            writer.key("name")
            writer.string(name)
            writer.key("platform")
            writer.string(Self.platform)
            writer.key("backend")
            writer.string("elbo")
            writer.key("max_batch_size")
            writer.int(OperationRequest.mostRows)
            writer.key("input")
            writer.array { writer in
                for tensor in tensors.recordInputs { tensor.writeConfiguration(isOptional: false, to: &writer) }
                for tensor in tensors.otherInputs { tensor.writeConfiguration(isOptional: true, to: &writer) }
            }
            writer.key("output")
            writer.array { writer in
                for tensor in tensors.outputs { tensor.writeConfiguration(isOptional: false, to: &writer) }
            }
            writer.key("elbo")
            try writeDetails(to: &writer)
        }
    }
}
