import HTTPServer
import Inference
import Kernels

/// A request to infer, parsed and checked as far as it can be without computing.
struct InferRequest {
    let header: InferHeader
    let source: InferSource
    let plan: InferPlan
    /// How long the client wants to wait, as the header field has it.
    let patience: Duration?

    init(_ model: ServedModel, _ request: HTTPRequest) throws(ServiceError) {
        patience = try RequestTimeout.duration(request)
        let binary = try BinaryTensors(request)
        header = binary.isRaw ? try Self.raw(model, binary) : try InferHeader(request, binary)
        var options = RequestOptions(try QueryParameters(request.query), header.parameters.fields)
        source = try InferSource(header.inputs, model, &options)
        plan = try InferPlan(header, source.source, model, &options)
        try plan.checkSize(rows: source.rows.rows)
    }

    /// The body is one tensor of as many rows as it has bytes for.
    private static func raw(_ model: ServedModel, _ binary: BinaryTensors) throws(ServiceError) -> InferHeader {
        let inputs = model.tensors.recordInputs
        guard inputs.count == 1, let input = inputs.first, input.datatype == .fp32 else {
            throw .badField(
                BinaryTensors.headerField, expected: "above 0 for a model of \(inputs.count) inputs", got: "0")
        }
        let width = input.sides.reduce(1, *)
        guard binary.count > 0, binary.count % (4 * width) == 0 else {
            throw .badField(
                "the body", expected: "a multiple of \(4 * width) bytes for [-1, \(width)] of FP32",
                got: "\(binary.count)")
        }
        var binary = binary
        let count = binary.count
        let bytes = try binary.take(count, for: input.name)
        return InferHeader(raw: InputTensor(raw: bytes, name: input.name, shape: [count / (4 * width), width]))
    }
}
