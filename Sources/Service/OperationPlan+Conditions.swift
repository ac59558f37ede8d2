import Inference
import Kernels
import RecordIO
import Records
import VAE

// What the rows of a request are conditioned on.

extension OperationPlan {
    /// From `condition`: one level for all rows, or one for each.
    ///
    /// - Returns: `none` for a model without a condition, and where records hold their level themselves.
    static func conditions(
        _ verb: Route.Verb, _ model: TrainedModel, _ options: inout RequestOptions
    ) throws(ServiceError) -> RowConditions {
        guard model.condition != nil else { return .none }
        let names = try options.levels("condition")
        if case .each = names, verb == .interpolate {
            throw .badField("condition", expected: "one level for the whole path", got: "an array")
        }
        return try conditions(names, model, areRecords: verb.takesRecords)
    }

    /// - Parameters:
    ///   - names: of the levels that were asked for; nil for none.
    ///   - areRecords: whether the rows are records, which may hold their levels themselves.
    static func conditions(
        _ names: LevelNames?, _ model: TrainedModel, areRecords: Bool
    ) throws(ServiceError) -> RowConditions {
        guard let condition = model.condition else { return .none }
        switch names {
        case nil where areRecords && model.labelledSchema != nil: return .none
        case nil: throw .missingCondition(known: condition.levels)
        case .one(let level): return .all(try place(of: level, row: nil, condition))
        case .each(let levels):
            var places: [Int] = []
            for (row, level) in levels.enumerated() { places.append(try place(of: level, row: row, condition)) }
            return .each(places)
        }
    }

    private static func place(
        of level: String, row: Int?, _ condition: ConditionSpecification
    ) throws(ServiceError) -> Int {
        guard let place = condition.place(of: level) else {
            throw .unknownCondition(row: row, got: level, known: condition.levels)
        }
        return place
    }

    /// Whether records hold the level that they are conditioned on.
    var holdsLevels: Bool { model.model.labelledSchema != nil && conditions == .none }

    /// Numbers of one record as it is read.
    var recordWidth: Int { holdsLevels ? model.model.rowDimension : model.model.recordDimension }

    /// Rows as the model takes them.
    ///
    /// - Throws: `ServiceError.badField` where there are not as many levels as rows.
    func conditioned(_ rows: Matrix<Float>) throws(ServiceError) -> Matrix<Float> {
        try checkConditions(rows.rows)
        return conditions.joined(to: rows)
    }

    /// The coded rows of a batch, each with the level of its record.
    func conditioned(_ batch: RecordBatch) throws(ServiceError) -> Matrix<Float> {
        try checkConditions(batch.count)
        guard case .each(let places) = conditions else { return conditions.joined(to: batch.matrix) }
        let coded = places.indices.filter { if case .coded = batch.outcome($0) { true } else { false } }
        return RowConditions.each(coded.map { places[$0] }).joined(to: batch.matrix)
    }

    private func checkConditions(_ rows: Int) throws(ServiceError) {
        guard case .each(let places) = conditions, places.count != rows else { return }
        throw .badField("condition", expected: "one level, or one for each of the \(rows) rows", got: "\(places.count)")
    }
}
