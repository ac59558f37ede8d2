/// The text forms of many answers, one line each.
package enum AnswerFormat: String, CaseIterable, Sendable {
    case csv, ndjson
}
