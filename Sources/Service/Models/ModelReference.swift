/// The model that a path asks for.
struct ModelReference: Hashable, Sendable {
    /// nil stands for the default model.
    let name: String?
    /// nil stands for the latest that is served.
    let version: String?

    init(_ name: String? = nil, version: String? = nil) {
        (self.name, self.version) = (name, version)
    }
}
