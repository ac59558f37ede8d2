extension JSONError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .syntax(let place, let problem):
            "line \(place.line), column \(place.column): \(problem)"
        case .malformed(let reason):
            "not valid JSON: \(reason)"
        case .duplicateKey(let path, let key):
            "\(subject(path)): the key \"\(key)\" appears twice"
        case .missing(let path, let key):
            "\(subject(path)): the key \"\(key)\" is missing"
        case .wrongKind(let path, let expected, let got):
            "\(subject(path)): expected \(expected), got \(got.rawValue)"
        case .outOfRange(let path, let expected, let got):
            "\(subject(path)): expected \(expected), got \(got)"
        case .notFinite(let index, let value):
            "the value at index \(index) is \(value), which JSON cannot hold"
        case .outOfMemory:
            "out of memory for a JSON parser"
        case .emptyMatrix(let path):
            "\(subject(path)): expected at least one row of numbers, got an empty array"
        case .emptyRow(let path, let row):
            "\(subject(path)): row \(row) is empty"
        case .rowNotAnArray(let path, let row, let got):
            "\(subject(path)): row \(row): expected an array of numbers, got \(got.rawValue)"
        case .wrongWidth(let path, let row, let expected, let got):
            "\(subject(path)): row \(row): expected \(numbers(expected)), got \(got)"
        case .notANumber(let path, let row, let column, let got):
            "\(subject(path)): row \(row), column \(column): expected a number, got \(got.rawValue)"
        case .overflow(let path, let row, let column, let got):
            "\(subject(path)): row \(row), column \(column): \(got) is too large for single precision"
        }
    }
}

private func subject(_ path: String) -> String {
    path.isEmpty ? "the document" : path
}

private func numbers(_ count: Int) -> String {
    count == 1 ? "1 number" : "\(count) numbers"
}
