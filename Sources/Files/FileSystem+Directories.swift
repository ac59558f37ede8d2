import Glibc

extension FileSystem {
    /// The names in a directory, sorted, without `.` and `..`; hidden ones included.
    package static func list(_ path: String) throws(FileError) -> [String] {
        guard let directory = unsafe opendir(path) else {
            throw .refused(operation: .list, path: path, code: errno)
        }
        defer { unsafe closedir(directory) }
        var names: [String] = []
        while let name = try unsafe nextName(in: directory, path: path) {
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// `readdir(3)` answers null both at the end and on failure; only `errno` tells them apart.
    private static func nextName(in directory: OpaquePointer, path: String) throws(FileError) -> String? {
        errno = 0
        guard let entry = unsafe readdir(directory) else {
            guard errno == 0 else { throw .refused(operation: .list, path: path, code: errno) }
            return nil
        }
        return unsafe withUnsafePointer(to: &entry.pointee.d_name) { name in
            unsafe String(cString: UnsafeRawPointer(name).assumingMemoryBound(to: CChar.self))
        }
    }

    /// Creates a directory and those above it that are missing. One that is there already is fine.
    package static func createDirectories(_ path: String) throws(FileError) {
        guard !isDirectory(path) else { return }
        let parent = split(path).directory
        if parent != path { try createDirectories(parent) }
        do {
            try unlessInterrupted(.createDirectory, path) { unsafe mkdir(path, 0o777) }
        } catch .refused(.createDirectory, _, EEXIST) where isDirectory(path) {
            return  // someone else was faster
        }
    }

    /// Deletes what writers of `path` left beside it when they were killed. Only for a path that nobody else is writing now.
    package static func removeLeftovers(of path: String) throws(FileError) {
        let (directory, name) = split(path)
        for sibling in try list(directory) where isTemporary(sibling, of: name) {
            try removeDirectory("\(directory)/\(sibling)")
        }
    }

    /// Whether `temporarySibling` makes such names.
    private static func isTemporary(_ sibling: String, of name: String) -> Bool {
        guard sibling.hasPrefix(".\(name)."), sibling.hasSuffix(".tmp") else { return false }
        let number = sibling.dropFirst(name.count + 2).dropLast(4)
        return !number.isEmpty && !number.contains(".")
    }

    /// Deletes a directory and everything in it; a symbolic link is deleted, not followed.
    package static func removeDirectory(_ path: String) throws(FileError) {
        guard isRealDirectory(path) else { return try removeFile(path) }
        for name in try list(path) {
            try removeDirectory("\(path)/\(name)")
        }
        try unlessInterrupted(.remove, path) { unsafe rmdir(path) }
    }

    package static func removeFile(_ path: String) throws(FileError) {
        try unlessInterrupted(.remove, path) { unsafe unlink(path) }
    }

    private static func isRealDirectory(_ path: String) -> Bool {
        var status = stat()
        return unsafe lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}
