import Files
import Records
import Safetensors
import VAE

/// Why training cannot start or go on.
package enum TrainingError: Error {
    case badOption(name: String, expected: String)
    case tooFewRows(got: Int, needed: Int)
    case constantData
    case noValidationRows(file: String)
    case validationShape(file: String, expected: [Int], got: [Int])
    /// A PNG, where many images are needed.
    case onePicture
    case labels(file: String, String)
    /// A condition in the network without labels in the data.
    case noLabels
    /// A row of the validation data, from 1, whose label the training data do not have.
    case unknownLabel(row: Int, got: String, known: [String])
    /// A cell of the table; rows count from 1.
    case cell(row: Int, RecordError)
    case repeatedPlan(String)
    case unknownPlannedColumn(String, known: [String])
    case unknownConditionColumn(String, known: [String])
    case conditionLevels(column: String, expected: ClosedRange<Int>, got: Int)
    case outputIsNoModel(path: String)
    case notFinite(tensor: String, step: Int, epoch: Int)
    case outsideSupport(row: Int, column: Int, value: Float, support: String)
    case checkpointOfOtherRun(field: String, checkpoint: String, now: String)
    case checkpointUnreadable(path: String, reason: String)
    case architecture(VAEError)
    case file(FileError)
}

extension TrainingError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .badOption(let name, let expected): "the \(name) must be \(expected)"
        case .tooFewRows(let got, let needed): "the data has \(got) rows; training needs \(needed) or more"
        case .constantData: "every column of the data is constant; there is nothing to learn"
        case .noValidationRows(let file): "\(file), kept for validation, has no rows"
        case .validationShape(let file, let expected, let got):
            "the rows of \(file) kept for validation have the shape \(got); expected images of \(expected)"
        case .onePicture: "a PNG is one image; training needs many, as IDX images"
        case .labels(let file, let reason): "the labels in \(file) cannot be used: \(reason)"
        case .noLabels: "the network has a condition, so the data need labels: give --labels or --condition"
        case .unknownLabel(let row, let got, let known):
            "row \(row) for validation has the label '\(got)', which training does not have; known: "
                + known.joined(separator: ", ")
        case .cell(let row, let error): "row \(row), \(error)"
        case .repeatedPlan(let name): "the columns file names '\(name)' twice"
        case .unknownPlannedColumn(let name, let known):
            "the columns file names '\(name)', which the data do not have; they have \(known.joined(separator: ", "))"
        case .unknownConditionColumn(let name, let known):
            "there is no column '\(name)' to condition on; there are \(known.joined(separator: ", "))"
        case .conditionLevels(let column, let expected, let got):
            "column '\(column)' has \(got) levels; a condition has from \(expected.lowerBound) to \(expected.upperBound)"
        case .outputIsNoModel(let path):
            "\(path) exists and is not a model directory; it would be replaced: name another --output, or remove it"
        case .notFinite(let tensor, let step, let epoch):
            "\(tensor) is not finite at step \(step) (epoch \(epoch)); try a lower --learning-rate"
        case .outsideSupport(let row, let column, let value, let support):
            "row \(row), column \(column): \(value) is outside \(support)"
        case .checkpointOfOtherRun(let field, let checkpoint, let now):
            "the checkpoint belongs to another run: \(field) was \(checkpoint) and is \(now)"
        case .checkpointUnreadable(let path, let reason): "cannot resume from \(path): \(reason)"
        case .architecture(let error): error.description
        case .file(let error): error.description
        }
    }
}
