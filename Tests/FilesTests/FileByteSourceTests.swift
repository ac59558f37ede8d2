import Files
import TestSupport
import Testing

@Suite struct FileByteSourceTests {
    let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    @Test func givesTheFileInPieces() throws {
        let bytes = (0..<600_000).map { UInt8(truncatingIfNeeded: $0 &* 13) }
        try FileSystem.write(bytes, to: directory("file"))
        let source = try FileByteSource(directory("file"))
        var pieces: [[UInt8]] = []
        var piece: [UInt8] = []
        while try source.append(to: &piece) {
            pieces.append(piece)
            piece.removeAll(keepingCapacity: true)
        }
        #expect(pieces.allSatisfy { $0.count <= FileByteSource.chunkSize })
        #expect(pieces.count > 1)
        #expect(pieces.flatMap(\.self) == bytes)
    }

    @Test func readsWhatHasNoSize() throws {
        let source = try FileByteSource("/proc/self/stat")
        var bytes: [UInt8] = []
        while try source.append(to: &bytes) {}
        #expect(!bytes.isEmpty)
    }

    @Test func refusesToReadADirectory() throws {
        var bytes: [UInt8] = []
        let source = try FileByteSource(directory.path)
        #expect(throws: FileError.self) { try source.append(to: &bytes) }
    }
}
