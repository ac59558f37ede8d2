import Records
import VAE

extension APIModel {
    /// A request of the Open Inference Protocol for two outputs of one record.
    var inferExample: APIExample? {
        guard let inputs = exampleTensors else { return nil }
        let outputs: DocumentNode = [["name": "mu"], ["name": "score"]]
        return APIExample("record", "Its code and its score at once", ["inputs": inputs, "outputs": outputs])
    }

    private var exampleTensors: DocumentNode? {
        let tensors = served.tensors
        guard hasExamples else { return nil }
        if model.schema == nil {
            let input: DocumentNode = [
                "name": .string(ModelTensors.inputName), "shape": [1, .int(model.recordDimension)],
                "datatype": "FP32", "data": numbers,
            ]
            return .array([input] + condition(tensors))
        }
        return .array(
            zip(tensors.recordInputs, cells).map { tensor, cell in
                [
                    "name": .string(tensor.name), "shape": [1], "datatype": .string(tensor.datatype.rawValue),
                    "data": [Self.element(cell.value, tensor.datatype)],
                ]
            })
    }

    private func condition(_ tensors: ModelTensors) -> [DocumentNode] {
        guard let level = model.condition?.levels.first else { return [] }
        return [
            [
                "name": .string(tensors.naming.conditionName), "shape": [1], "datatype": "BYTES",
                "data": [.string(level)],
            ]
        ]
    }

    private static func element(_ value: CellValue, _ datatype: TensorDatatype) -> DocumentNode {
        switch value {
        case .missing: .null
        case .number(let number): datatype == .bytes ? .string(CellText.canonical(number)) : .number(number)
        case .word(let word): .string(word)
        }
    }
}
