import DataFiles
import Inference
import Records
import VAE

/// How a user says which levels the rows of an input are conditioned on.
package struct LevelChoice: Equatable, Sendable {
    /// One for all rows.
    package var level: String?
    /// IDX bytes, one for each image.
    package var labelsPath: String?

    package init(level: String? = nil, labelsPath: String? = nil) {
        (self.level, self.labelsPath) = (level, labelsPath)
    }

    /// Of rows that hold no levels themselves.
    ///
    /// - Parameter rows: how many there are; nil where nobody knows, as in a text.
    /// - Throws: `BulkError.condition` for a level that is missing or not known, or that nobody asked for.
    func conditions(_ model: TrainedModel, rows: Int?) throws(BulkError) -> RowConditions {
        guard let condition = model.condition else {
            guard level == nil, labelsPath == nil else { throw .condition(.notConditional) }
            return .none
        }
        if let labelsPath {
            guard let rows else { throw .condition(.labelsOfText) }
            return try Self.labels(labelsPath, rows: rows, condition)
        }
        guard let level else { throw .condition(.missing(known: condition.levels)) }
        guard let place = condition.place(of: level) else {
            throw .condition(.unknown(got: level, known: condition.levels))
        }
        return .all(place)
    }

    private static func labels(
        _ path: String, rows: Int, _ condition: ConditionSpecification
    ) throws(BulkError) -> RowConditions {
        let file: IDXFile
        do throws(DataFileError) { file = try IDXFile(path) } catch { throw .data(error) }
        guard file.dimensions == [rows] else {
            throw .condition(.labelCount(expected: rows, got: file.dimensions))
        }
        let known = (0...255).map { condition.place(of: "\($0)") }
        var places: [Int] = []
        places.reserveCapacity(rows)
        for byte in file.bytes {
            guard let place = known[Int(byte)] else {
                throw .condition(.unknown(got: "\(byte)", known: condition.levels))
            }
            places.append(place)
        }
        return .each(places)
    }
}

/// What can be wrong with the levels of an input.
package enum LevelError: Error, Equatable {
    case notConditional
    case labelsOfText
    case missing(known: [String])
    case unknown(got: String, known: [String])
    case labelCount(expected: Int, got: [Int])
}

extension LevelError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notConditional: "the model has no condition; leave --condition and --labels out"
        case .labelsOfText: "--labels is for IDX images; give --condition"
        case .missing(let known):
            "the model is conditional: give --condition, one of \(known.joined(separator: ", "))"
        case .unknown(let got, let known):
            "the model knows no level '\(got)'; known: \(known.joined(separator: ", "))"
        case .labelCount(let expected, let got): "labels of shape \(got); expected \([expected]), one for each image"
        }
    }
}
