import Files

/// The folders that models are taken from: `name/` with a `model.json`, or `name/version/` with one each, beside each other.
package struct ModelCatalog: Sendable {
    /// A folder of models; nil where there is none.
    private let folder: String?
    /// Models that lie elsewhere, under names of their own; they hide those of the folder.
    private let named: [(name: String, path: String)]

    package init(folder: String? = nil, named: [(name: String, path: String)] = []) {
        (self.folder, self.named) = (folder, named)
    }

    /// Every model there is now, by name and by version, the older first. Hidden folders are not looked at, nor are those without
    /// a `model.json`: one that is still being copied. One that may not be read, such as `lost+found`, hides no other.
    package func places() throws(FileError) -> [ModelPlace] {
        var places: [ModelPlace] = []
        for (name, path) in try folders() { places += (try? Self.places(name, in: path)) ?? [] }
        return places.sorted(by: ModelPlace.precedes)
    }

    /// The versions of one model.
    ///
    /// - Throws: also where its folder may not be read.
    package func places(of name: String) throws(FileError) -> [ModelPlace] {
        var places: [ModelPlace] = []
        for (known, path) in try folders() where known == name { places += try Self.places(name, in: path) }
        return places.sorted(by: ModelPlace.precedes)
    }

    /// Folders in which there may be models that `places` does not tell, because they may not be read.
    package func unreadable() throws(FileError) -> [String] {
        try folders().map(\.path).filter { FileSystem.isOutOfReach("\($0)/\(ModelDescription.file)") }
    }

    private func folders() throws(FileError) -> [(name: String, path: String)] {
        guard let folder else { return named }
        let others = try Self.visible(folder).filter { name in !named.contains { $0.name == name } }
        return named + others.map { ($0, "\(folder)/\($0)") }
    }

    private static func places(_ name: String, in directory: String) throws(FileError) -> [ModelPlace] {
        if isModel(directory) { return [ModelPlace(name: name, directory: directory)] }
        guard FileSystem.isDirectory(directory) else { return [] }
        return try visible(directory).filter { isModel("\(directory)/\($0)") }
            .map { ModelPlace(name: name, version: $0, directory: "\(directory)/\($0)") }
    }

    private static func isModel(_ directory: String) -> Bool {
        FileSystem.exists("\(directory)/\(ModelDescription.file)")
    }

    private static func visible(_ directory: String) throws(FileError) -> [String] {
        try FileSystem.list(directory).filter { !$0.hasPrefix(".") }
    }
}
