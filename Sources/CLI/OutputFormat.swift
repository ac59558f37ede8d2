import Answers
import ArgumentParser

/// What a command writes.
enum OutputFormat: String, CaseIterable, ExpressibleByArgument {
    case csv, ndjson
    /// One picture of all answers.
    case png

    /// nil for a picture.
    var text: AnswerFormat? {
        switch self {
        case .csv: .csv
        case .ndjson: .ndjson
        case .png: nil
        }
    }
}
