import Files
import Glibc
import ModelStorage
import TestSupport
import Testing

@Suite struct ModelCatalogTests {
    private let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
        for path in ["b", "a/2", "a/10", "a/.hidden", ".c", "elsewhere/1"] {
            try FileSystem.createDirectories(folder(path))
            try FileSystem.write(Array("{}".utf8), to: folder("\(path)/model.json"))
        }
        try FileSystem.createDirectories(folder("empty/1"))
        try FileSystem.write([], to: folder("file"))
    }

    private func text(_ places: [ModelPlace]) -> [String] {
        places.map { "\($0.name)@\($0.version ?? "-") \($0.directory.dropFirst(folder.path.count))" }
    }

    @Test func findsModelsAndTheirVersionsInOrder() throws {
        let catalog = ModelCatalog(folder: folder.path)
        #expect(
            try text(catalog.places()) == ["a@2 /a/2", "a@10 /a/10", "b@- /b", "elsewhere@1 /elsewhere/1"])
        #expect(try text(catalog.places(of: "a")) == ["a@2 /a/2", "a@10 /a/10"])
        #expect(try catalog.places(of: "../b").isEmpty)
    }

    @Test func aNamedModelHidesOneOfTheFolder() throws {
        let catalog = ModelCatalog(folder: folder.path, named: [("b", folder("elsewhere")), ("z", folder("b"))])
        #expect(
            try text(catalog.places()) == [
                "a@2 /a/2", "a@10 /a/10", "b@1 /elsewhere/1", "elsewhere@1 /elsewhere/1", "z@- /b",
            ])
    }

    /// As `lost+found` in a volume; root may read everything.
    @Test(.enabled(if: geteuid() != 0)) func aFolderThatMayNotBeReadHidesNoOther() throws {
        let catalog = ModelCatalog(folder: folder.path)
        let before = try catalog.places()
        try FileSystem.createDirectories(folder("lost+found"))
        #expect(chmod(folder("lost+found"), 0) == 0)
        defer { chmod(folder("lost+found"), 0o700) }
        #expect(try catalog.places() == before)
        #expect(try catalog.unreadable() == [folder("lost+found")])
        #expect(throws: FileError.self) { try catalog.places(of: "lost+found") }
    }

    @Test func aFolderThatIsNotThereIsAnError() {
        #expect(throws: FileError.self) { try ModelCatalog(folder: folder("none")).places() }
        #expect(throws: Never.self) { try ModelCatalog().places() }
    }

    @Test(arguments: [
        ("2", "10"), ("1.9", "1.10"), ("1", "1.0"), ("1.0", "1.1"), ("9", "a"), ("a", "b"), ("01", "1"), ("", "1"),
        ("2024-05", "2024-06"),
    ])
    func versionsAreOrderedAsPeopleCount(_ older: String, _ newer: String) {
        #expect(ModelVersion(older) < ModelVersion(newer))
        #expect(!(ModelVersion(newer) < ModelVersion(older)))
        #expect(!(ModelVersion(older) < ModelVersion(older)))
    }

    @Test(arguments: ["", ".", "..", "a/b", "1 2", "1\n2", "\u{1B}[1m", String(repeating: "1", count: 101)])
    func someTextsAreNoVersions(_ text: String) {
        #expect(!ModelVersion(text).isUsable)
        #expect(ModelVersion("2024-05-01.β").isUsable)
    }
}
