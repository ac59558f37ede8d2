import Files
import Glibc
import TestSupport
import Testing

@Suite struct ReplaceDirectoryTests {
    let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    @Test func createsANewDirectory() throws {
        try FileSystem.replaceDirectory(at: directory("model"), contents: [("a", [1]), ("b", [])])
        #expect(try FileSystem.list(directory("model")) == ["a", "b"])
        #expect(try FileSystem.read(directory("model/a")) == [1])
        #expect(try FileSystem.list(directory.path) == ["model"])
    }

    @Test func replacesAllOfAnOldOne() throws {
        try FileSystem.createDirectories(directory("model/deep/er"))
        try FileSystem.replaceDirectory(at: directory("model") + "/", contents: [("b", [2])])
        #expect(try FileSystem.list(directory("model")) == ["b"])
        #expect(try FileSystem.list(directory.path) == ["model"])
    }

    @Test func removesOnlyItsOwnLeftovers() throws {
        let others = [".model.tmp", ".model.checkpoint.1a.tmp", ".models.1a.tmp", "model", "model.1a.tmp"]
        for name in others + [".model.1a.tmp"] { try FileSystem.write([1], to: directory(name)) }
        try FileSystem.createDirectories(directory(".model.zz9.tmp/deep"))
        try FileSystem.removeLeftovers(of: directory("model"))
        #expect(try FileSystem.list(directory.path).sorted() == others.sorted())
    }

    @Test(arguments: ["", ".", "..", "a/b", "/a", "a\0b"])
    func refusesNamesThatLeadElsewhere(name: String) {
        #expect(throws: FileError.invalidName(name: name, directory: directory("model"))) {
            try FileSystem.replaceDirectory(at: directory("model"), contents: [(name, [])])
        }
    }

    @Test func refusesTheSameNameTwice() {
        #expect(throws: FileError.duplicateName(name: "a", directory: directory("model"))) {
            try FileSystem.replaceDirectory(at: directory("model"), contents: [("a", []), ("a", [])])
        }
    }

    @Test func failureLeavesTheOldOneAndNothingElse() throws {
        try FileSystem.replaceDirectory(at: directory("model"), contents: [("a", [1])])
        let tooLong = String(repeating: "x", count: 300)
        let error = #expect(throws: FileError.self) {
            try FileSystem.replaceDirectory(at: directory("model"), contents: [("a", [2]), (tooLong, [])])
        }
        guard case .refused(.create, _, ENAMETOOLONG) = error else { return #expect(Bool(false), "\(error as Any)") }
        #expect(try FileSystem.read(directory("model/a")) == [1])
        #expect(try FileSystem.list(directory.path) == ["model"])
    }

    /// A reader that opens the directory once sees files that belong together, whenever it looks.
    @Test func neverShowsAMixture() async throws {
        let path = directory("model")
        try FileSystem.replaceDirectory(at: path, contents: [("a", [0]), ("b", [0])])
        async let mixtures = Task.detached { (0..<2000).count { _ in Self.isMixture(path) } }.value
        for round in 1...50 as ClosedRange<UInt8> {
            try FileSystem.replaceDirectory(at: path, contents: [("a", [round]), ("b", [round])])
        }
        #expect(await mixtures == 0)
    }

    private static func isMixture(_ path: String) -> Bool {
        let opened = open(path, O_RDONLY | O_DIRECTORY)
        guard opened >= 0 else { return true }
        defer { close(opened) }
        let (first, second) = (byte(opened, "a"), byte(opened, "b"))
        // The old directory may be deleted while it is read: then a file is missing, but never another's.
        guard let first, let second else { return false }
        return first != second
    }

    private static func byte(_ directory: CInt, _ name: String) -> UInt8? {
        let file = openat(directory, name, O_RDONLY)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var byte: UInt8 = 0
        return read(file, &byte, 1) == 1 ? byte : nil
    }
}
