import HTTPServer
import JSON

/// What a request to infer says, before anybody has asked what its tensors mean to the model.
struct InferHeader {
    let id: String?
    let parameters: InferParameters
    let inputs: [InputTensor]
    /// As named; empty where none is.
    let outputs: [RequestedOutput]

    /// - Throws: `ServiceError` for what is no request of the protocol.
    init(_ request: HTTPRequest, _ binary: BinaryTensors) throws(ServiceError) {
        var binary = binary
        var fields = try RequestFields(try Self.json(request.body, length: binary.headerLength))
        id = try fields.present("id") == nil ? nil : fields.string("id")
        parameters = try InferParameters(fields.present("parameters"))
        var (inputs, outputs, names) = ([InputTensor](), [RequestedOutput](), Set<String>())
        guard try fields.present("inputs") != nil else { throw .missingField(["inputs"]) }
        for element in try fields.elements("inputs") {
            let tensor = try InputTensor(element, &binary)
            guard names.insert(tensor.name).inserted else {
                throw .repeatedTensor(kind: "input", name: tensor.name)
            }
            inputs.append(tensor)
        }
        try binary.finish()
        names = []
        for element in try fields.elements("outputs") {
            let output = try RequestedOutput(element)
            guard names.insert(output.name).inserted else {
                throw .repeatedTensor(kind: "output", name: output.name)
            }
            outputs.append(output)
        }
        (self.inputs, self.outputs) = (inputs, outputs)
    }

    /// The one input of a raw request, all of whose outputs come as binary tensors.
    init(raw input: InputTensor) {
        (id, inputs, outputs) = (nil, [input], [])
        parameters = .raw
    }

    private static func json(_ body: [UInt8], length: Int?) throws(ServiceError) -> JSONElement {
        do throws(JSONError) {
            guard let length else { return try JSONDocument(body).root }
            var documents = JSONDocuments()
            return try documents.parse(body, 0..<length)
        } catch {
            throw ServiceError(error, columnName: String.init)
        }
    }

    func isBinary(_ output: RequestedOutput) -> Bool { output.isBinary ?? parameters.wantsBinary }
}
