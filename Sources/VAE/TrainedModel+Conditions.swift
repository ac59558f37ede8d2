import Kernels

extension TrainedModel {
    package var condition: ConditionSpecification? { network.architecture.condition }

    /// Numbers of one record as operations take it: with the place of its level, where there is one.
    package var rowDimension: Int { network.architecture.rowDimension }

    /// The place of each row's level.
    package func conditions(of rows: Matrix<Float>) -> RowConditions {
        guard condition != nil else { return .none }
        return .each((0..<rows.rows).map { Int(rows[$0, rows.columns - 1]) })
    }

    /// What the network takes of some records.
    ///
    /// - Parameter rows: `[rows, rowDimension]`, in the likelihood's support.
    package func observe(_ rows: Matrix<Float>) -> Observation<Float> {
        let (values, condition) = network.architecture.split(rows)
        return (table?.observe(values) ?? Observation(values)).conditioned(on: condition)
    }
}
