import ModelStorage

/// What tells models apart.
struct ModelID: Equatable, Comparable, Sendable {
    let name: String
    /// Empty where nobody knows it yet.
    let version: String

    static func < (a: ModelID, b: ModelID) -> Bool {
        a.name == b.name ? ModelVersion(a.version) < ModelVersion(b.version) : a.name < b.name
    }
}
