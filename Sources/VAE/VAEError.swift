/// What can be wrong with a model's shape, its weights or a record.
package enum VAEError: Error, Equatable {
    case dimensionOutOfRange(name: String, value: Int, most: Int = Architecture.largestDimension)
    case tooManyParameters(Int)
    /// A layer, by its path in `model.json`, that cannot stand where it does.
    case layer(path: String, LayerError)
    case missingTensor(String)
    case unexpectedTensor(String)
    case tensorShape(name: String, expected: [Int], got: [Int])
    /// Columns beside a likelihood that knows none.
    case columnsWithoutFamilies
    /// A column of one kind with a likelihood for another.
    case familyMismatch(column: String, kind: String)
    case deterministicWithPrior
    case flowOfOneLatent
    case badCondition(String)
    /// Pseudo-inputs have no label.
    case conditionWithVamp
    case calibration(String)
    case notFinite(tensor: String, index: Int)
    case negativeVariance(tensor: String, index: Int)
    case outsideSupport(row: Int, column: Int, value: Float, support: String)
}

extension VAEError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .dimensionOutOfRange(let name, let value, let most): "\(name) is \(value); expected 1 to \(most)"
        case .tooManyParameters(let count):
            "the network has \(count) parameters; at most \(Architecture.mostParameters) are allowed"
        case .layer(let path, let error): "\(path): \(error)"
        case .missingTensor(let name): "the weights lack tensor '\(name)'"
        case .unexpectedTensor(let name): "the weights hold tensor '\(name)', which the architecture does not have"
        case .tensorShape(let name, let expected, let got):
            "tensor '\(name)' has shape \(got); the architecture needs \(expected)"
        case .columnsWithoutFamilies: "columns need a likelihood of type 'columns'"
        case .familyMismatch(let column, let kind):
            "column '\(column)' is of kind '\(kind)'; its likelihood is for another"
        case .deterministicWithPrior: "a deterministic code has neither a prior nor a second level"
        case .flowOfOneLatent: "a flow couples latents with each other and needs at least 2"
        case .badCondition(let reason): "the condition is of no use: \(reason)"
        case .conditionWithVamp:
            "a vamp prior has no labels for its pseudo-inputs; a model with a condition needs another prior"
        case .calibration(let reason): "the calibration is of no use: \(reason)"
        case .notFinite(let tensor, let index): "tensor '\(tensor)' is not finite at element \(index)"
        case .negativeVariance(let tensor, let index): "tensor '\(tensor)' is negative at element \(index)"
        case .outsideSupport(let row, let column, let value, let support):
            "row \(row), column \(column): \(value) is outside \(support)"
        }
    }
}
