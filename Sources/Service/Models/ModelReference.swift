/// The model that a path asks for.
struct ModelReference: Hashable, Sendable {
    /// nil stands for the default model.
    let name: String?
    /// nil stands for the latest that is served.
    let version: String?

    init(_ name: String? = nil, version: String? = nil) {
        (self.name, self.version) = (name, version)
    }

    /// Takes `name` or `name/versions/version` off the segments of a path, of which there is one at least.
    init(taking segments: inout ArraySlice<String>) {
        name = segments.removeFirst()
        if segments.count > 1, segments.first == "versions" {
            segments.removeFirst()
            version = segments.removeFirst()
        } else {
            version = nil
        }
    }
}
