import Files

/// Where a model lies, and what it is called there.
package struct ModelPlace: Hashable, Sendable {
    package let name: String
    /// What the folder's name says; nil where `model.json` says it.
    package let version: String?
    package let directory: String

    package init(name: String, version: String? = nil, directory: String) {
        (self.name, self.version, self.directory) = (name, version, directory)
    }

    /// Whether it may not be looked at, which does not mean that it is gone.
    package var isOutOfReach: Bool { FileSystem.isOutOfReach("\(directory)/\(ModelDescription.file)") }

    /// The order of a list: by name, then the older version first.
    package static func precedes(_ a: ModelPlace, _ b: ModelPlace) -> Bool {
        a.name == b.name
            ? ModelVersion(a.version ?? "") < ModelVersion(b.version ?? "") : a.name < b.name
    }
}
