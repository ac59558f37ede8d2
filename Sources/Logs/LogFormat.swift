/// What a line of the log looks like.
package enum LogFormat: String, CaseIterable, Sendable {
    /// An object, for programs.
    case json
    /// `2026-01-31T12:00:00.000Z info what happened name=value …`, for people.
    case text
}
