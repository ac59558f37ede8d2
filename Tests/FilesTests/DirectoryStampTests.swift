import Files
import Glibc
import TestSupport
import Testing

@Suite struct DirectoryStampTests {
    /// What could not be read may be now, with the same bytes of the same age.
    @Test func tellsThatSomebodyElseMayReadAFile() throws {
        let folder = try TemporaryDirectory()
        try FileSystem.write([1, 2, 3], to: folder("file"))
        #expect(chmod(folder("file"), 0) == 0)
        let before = DirectoryStamp(folder.path)
        #expect(DirectoryStamp(folder.path) == before)
        #expect(chmod(folder("file"), 0o644) == 0)
        #expect(DirectoryStamp(folder.path) != before)
    }
}
