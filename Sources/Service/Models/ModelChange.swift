/// What became of a model while the service ran; for a log.
package struct ModelChange: Sendable {
    package enum Outcome: Sendable {
        case loaded, unloaded
        /// What was served before still is.
        case refused(reason: String)
    }

    package let name: String
    /// Empty where it is not known.
    package let version: String
    package let outcome: Outcome

    init(_ id: ModelID, _ outcome: Outcome) {
        (name, version) = (id.name, id.version)
        self.outcome = outcome
    }
}
