/// Tells whether the files of a directory are the same as before, without reading them.
package struct DirectoryStamp: Equatable, Sendable {
    private struct Entry: Equatable {
        let name: String
        let stamp: FileStamp
    }

    private let entries: [Entry]

    /// Of the regular files in the directory itself; links are followed.
    ///
    /// - Returns: nil for a directory that cannot be read.
    package init?(_ path: String) {
        guard let names = try? FileSystem.list(path) else { return nil }
        entries = names.compactMap { name in
            FileStamp("\(path)/\(name)").map { Entry(name: name, stamp: $0) }
        }
    }
}
