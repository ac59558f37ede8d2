import Files
import TestSupport
import Testing

@Suite struct MappedFileTests {
    let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    @Test(arguments: [0, 1, 4096, 100_001])
    func holdsTheBytesOfTheFile(count: Int) throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        try FileSystem.write(bytes, to: directory("file"))
        let file = try MappedFile(directory("file"))
        #expect(file.count == count)
        #expect(file.withBytes { $0.withUnsafeBytes { Array($0) } } == bytes)
    }

    @Test func keepsWhatItMappedWhenTheFileIsReplaced() throws {
        try FileSystem.write([1, 2, 3], to: directory("file"))
        let file = try MappedFile(directory("file"))
        try FileSystem.write([], to: directory("file"))
        #expect(file.withBytes { $0.withUnsafeBytes { Array($0) } } == [1, 2, 3])
    }

    @Test func refusesADirectory() {
        #expect(throws: FileError.notARegularFile(path: directory.path)) { try MappedFile(directory.path) }
    }
}
