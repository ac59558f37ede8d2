import Files
import Glibc
import TestSupport
import Testing

@Suite struct FileSystemTests {
    let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    @Test(arguments: [0, 1, 255, 256 * 1024, 256 * 1024 + 1, 1_000_003])
    func readsWhatItWrote(count: Int) throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try FileSystem.write(bytes, to: directory("file"))
        #expect(try FileSystem.read(directory("file")) == bytes)
        #expect(try FileSystem.list(directory.path) == ["file"])
    }

    @Test func writeReplacesAFile() throws {
        try FileSystem.write([1, 2, 3], to: directory("file"))
        try FileSystem.write([4], to: directory("file"))
        #expect(try FileSystem.read(directory("file")) == [4])
    }

    @Test func refusesMoreThanTheLimit() throws {
        let path = directory("file")
        try FileSystem.write([1, 2, 3], to: path)
        #expect(try FileSystem.read(path, limit: 3).count == 3)
        #expect(throws: FileError.tooLarge(path: path, limit: 2)) { try FileSystem.read(path, limit: 2) }
    }

    @Test func namesThePathAndTheReason() throws {
        let path = directory("missing")
        let error = #expect(throws: FileError.self) { try FileSystem.read(path) }
        #expect(error == .refused(operation: .open, path: path, code: ENOENT))
        #expect(error?.description == "cannot open \(path): No such file or directory")
    }

    @Test func leavesNothingBehindWhenTheNameIsTaken() throws {
        try FileSystem.createDirectories(directory("taken/inside"))
        #expect(throws: FileError.self) { try FileSystem.write([1], to: directory("taken")) }
        #expect(try FileSystem.list(directory.path) == ["taken"])
    }

    @Test func refusesToWriteWhereNoDirectoryIs() throws {
        let error = #expect(throws: FileError.self) { try FileSystem.write([1], to: directory("no/file")) }
        guard case .refused(.create, _, ENOENT) = error else { return #expect(Bool(false), "\(error as Any)") }
    }

    @Test func createsAndRemovesTrees() throws {
        try FileSystem.createDirectories(directory("a/b/c"))
        try FileSystem.createDirectories(directory("a/b/c"))
        try FileSystem.write([1], to: directory("a/b/file"))
        #expect(FileSystem.isDirectory(directory("a/b/c")))
        #expect(!FileSystem.isDirectory(directory("a/b/file")))
        #expect(FileSystem.exists(directory("a/b/file")))
        #expect(try FileSystem.list(directory("a/b")) == ["c", "file"])
        try FileSystem.removeDirectory(directory("a"))
        #expect(!FileSystem.exists(directory("a")))
    }

    @Test func removesALinkAndNotWhatItLeadsTo() throws {
        try FileSystem.createDirectories(directory("kept"))
        try FileSystem.write([1], to: directory("kept/file"))
        try FileSystem.createDirectories(directory("gone"))
        symlink(directory("kept"), directory("gone/link"))
        try FileSystem.removeDirectory(directory("gone"))
        #expect(FileSystem.exists(directory("kept/file")))
    }

    @Test func refusesADirectoryOverAFile() throws {
        try FileSystem.write([1], to: directory("file"))
        #expect(throws: FileError.self) { try FileSystem.createDirectories(directory("file")) }
        #expect(throws: FileError.self) { try FileSystem.createDirectories(directory("file/below")) }
        #expect(throws: FileError.self) { try FileSystem.list(directory("file")) }
    }
}
