import HTTPServer
import Inference
import Kernels
import RecordIO
import Records
import VAE

/// The rows that a request is about.
struct InferSource {
    let source: ModelTensors.Source
    /// `[rows, …]`; without columns where records are to be sampled.
    let rows: Matrix<Float>
    /// What the rows were read from; nil for plain vectors, codes and samples.
    let batch: RecordBatch?
    let conditions: RowConditions

    /// As the operations take it: with the place of its level behind each row of a conditional model.
    var input: Matrix<Float> { conditions.joined(to: rows) }

    /// From the tensors of a request.
    ///
    /// - Parameter options: which may name a level for all rows.
    init(_ inputs: [InputTensor], _ model: ServedModel, _ options: inout RequestOptions) throws(ServiceError) {
        let tensors = model.tensors
        let content = inputs.filter { $0.name != tensors.naming.conditionName || model.model.condition == nil }
        source = try Self.source(content, tensors)
        let names = try Self.levels(inputs, tensors, &options)
        conditions = try OperationPlan.conditions(names, model.model, areRecords: source == .records)
        switch source {
        case .count:
            let count = try content[0].integer(in: 1...OperationRequest.mostRows)
            (rows, batch) = (Matrix(rows: count, columns: 0), nil)
        case .latents:
            rows = try Self.matrix(content[0], sides: [[model.model.network.latentDimension]], String.init)
            batch = nil
        case .records:
            let holdsLevels = model.model.labelledSchema != nil && conditions == .none
            if let schema = holdsLevels ? model.model.labelledSchema : model.model.schema {
                let batch = try Self.batch(content, RecordReading(schema, endsInLevel: holdsLevels))
                (rows, self.batch) = (batch.matrix, batch)
            } else {
                let sides = [[model.model.recordDimension], model.model.inputShape]
                rows = try Self.matrix(content[0], sides: sides, model.columnName)
                batch = nil
            }
        }
        if case .each(let places) = conditions, places.count != rows.rows {
            throw .rowMismatch(
                tensor: tensors.naming.conditionName, rows: places.count, other: content[0].name, otherRows: rows.rows)
        }
    }

    /// - Throws: `ServiceError.unknownTensor`, `.missingTensor`, `.badField` for inputs that do not go together.
    private static func source(_ inputs: [InputTensor], _ tensors: ModelTensors) throws(ServiceError)
        -> ModelTensors.Source
    {
        let names = inputs.map(\.name)
        let known = tensors.inputs.map(\.name)
        let isTable = tensors.model.schema != nil
        for name in names where !known.contains(name) && !(isTable && tensors.model.schema?.place(of: name) == .ignored)
        {
            throw .unknownTensor(kind: "input", name: name, known: known)
        }
        for (name, source) in [
            (tensors.naming.latentsName, ModelTensors.Source.latents), (tensors.naming.countName, .count),
        ]
        where names.contains(name) {
            guard names.count == 1 else {
                throw .badField("inputs", expected: "nothing beside '\(name)' but a condition", got: "\(names)")
            }
            return source
        }
        guard !names.isEmpty else {
            let record = isTable ? "the columns of a record" : "'\(ModelTensors.inputName)'"
            let others = [tensors.naming.latentsName, tensors.naming.countName].filter { known.contains($0) }
            throw .missingTensor([record] + others.map { "'\($0)'" })
        }
        return .records
    }

    /// From the tensor of levels, or else from the parameter.
    private static func levels(
        _ inputs: [InputTensor], _ tensors: ModelTensors, _ options: inout RequestOptions
    ) throws(ServiceError) -> LevelNames? {
        guard tensors.model.condition != nil else { return nil }
        let asked = try options.levels("condition")
        guard let tensor = inputs.first(where: { $0.name == tensors.naming.conditionName }) else { return asked }
        try checkRows(tensor.count)
        let levels = try tensor.levels()
        return levels.count == 1 ? .one(levels[0]) : .each(levels)
    }

    private static func matrix(
        _ tensor: InputTensor, sides: [[Int]], _ columnName: (Int) -> String
    ) throws(ServiceError) -> Matrix<Float> {
        guard sides.contains(Array(tensor.shape.dropFirst())) else {
            let known = sides.enumerated().filter { !sides[..<$0].contains($1) }.map { "\([-1] + $1)" }
            throw .badField("\(tensor.name).shape", expected: known.joined(separator: " or "), got: "\(tensor.shape)")
        }
        try checkRows(tensor.shape[0])
        return try tensor.matrix(rows: tensor.shape[0], width: sides[0].reduce(1, *), columnName: columnName)
    }

    /// Records that come column by column.
    private static func batch(_ inputs: [InputTensor], _ reading: RecordReading) throws(ServiceError) -> RecordBatch {
        var columns: [(name: String, cells: ColumnCells)] = []
        for tensor in inputs {
            guard tensor.shape.count == 1 || tensor.shape.count == 2 && tensor.shape[1] == 1 else {
                throw .badField("\(tensor.name).shape", expected: "[-1] or [-1, 1]", got: "\(tensor.shape)")
            }
            guard tensor.shape[0] == inputs[0].shape[0] else {
                throw .rowMismatch(
                    tensor: tensor.name, rows: tensor.shape[0], other: inputs[0].name, otherRows: inputs[0].shape[0])
            }
            try checkRows(tensor.shape[0])
            columns.append((tensor.name, try tensor.cells()))
        }
        do {
            return try ColumnRecords(reading).read(columns, rows: inputs[0].shape[0])
        } catch {
            throw ServiceError(reading: error)
        }
    }

    private static func checkRows(_ rows: Int) throws(ServiceError) {
        guard rows <= OperationRequest.mostRows else {
            throw .tooLarge(what: "rows in one request", limit: OperationRequest.mostRows, got: rows)
        }
    }
}
