import HTTPServer
import JSON

/// The answer to a request to infer.
struct InferResponse {
    let model: ServedModel
    let id: String?
    /// The seed used, where the answer depends on one.
    let seed: UInt64?
    let outputs: [(tensor: OutputTensor, isBinary: Bool)]

    /// JSON, with binary tensors behind it if there are any.
    ///
    /// - Throws: `JSONError.notFinite`, which is our own fault.
    func response() throws(JSONError) -> HTTPResponse {
        var bytes = try header()
        let binary = outputs.filter(\.isBinary).map(\.tensor)
        guard !binary.isEmpty else { return .json(bytes) }
        let length = bytes.count
        bytes.reserveCapacity(length + binary.reduce(0) { $0 + $1.binarySize })
        for tensor in binary { tensor.appendBytes(to: &bytes) }
        let headers = [("Content-Type", "application/octet-stream"), (BinaryTensors.headerField, "\(length)")]
        return HTTPResponse(status: 200, headers: headers, body: bytes)
    }

    private func header() throws(JSONError) -> [UInt8] {
        var writer = JSONWriter()
        try writer.object { writer throws(JSONError) in
            writer.key("model_name")
            writer.string(model.name)
            writer.key("model_version")
            writer.string(model.version)
            if let id {
                writer.key("id")
                writer.string(id)
            }
            if let seed {
                writer.key("parameters")
                writer.object { writer in
                    writer.key("seed")
                    writer.uint64(seed)
                }
            }
            writer.key("outputs")
            try writer.array { writer throws(JSONError) in
                for (tensor, isBinary) in outputs { try tensor.write(isBinary: isBinary, to: &writer) }
            }
        }
        return writer.bytes
    }
}
