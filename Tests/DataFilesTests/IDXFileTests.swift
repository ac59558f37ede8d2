import DataFiles
import Files
import Testing

@Suite struct IDXFileTests {
    private let labels: [UInt8] = [0, 0, 8, 1, 0, 0, 0, 2, 5, 6]
    /// The same, written by Python's `gzip`.
    private let zippedLabels: [UInt8] = [
        31, 139, 8, 0, 0, 0, 0, 0, 2, 255, 99, 96, 224, 96, 100, 96, 96, 96, 98, 101, 3, 0, 105, 253, 136, 1, 10, 0, 0,
        0,
    ]

    private func read(_ bytes: [UInt8], limit: Int = 1000) throws -> IDXFile {
        try IDXFile(ArrayBytes(bytes, pieceSize: 3), limit: limit)
    }

    @Test func readsLabelsAndImages() throws {
        #expect(try read(labels).dimensions == [2])
        #expect(try read(labels).bytes == [5, 6])
        let images = try read([0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6])
        #expect(images.dimensions == [1, 2, 3])
        #expect(images.bytes == [1, 2, 3, 4, 5, 6])
        #expect(try read([0, 0, 8, 1, 0, 0, 0, 0]).bytes == [])
    }

    /// No images, but sides whose product no `Int` holds: whoever multiplies them must not meet it.
    @Test func refusesSidesThatOverflowWithoutAnImage() {
        let sides = [UInt8](repeating: 255, count: 12)
        let expected = DataFileError.idxTooLarge(
            dimensions: [0, 4_294_967_295, 4_294_967_295, 4_294_967_295], limit: 1000)
        #expect(throws: expected) { try read([0, 0, 8, 4, 0, 0, 0, 0] + sides) }
    }

    @Test func readsFilesByTheirContent() throws {
        let path = "/tmp/elbo-test-\(String(UInt64.random(in: .min ... .max), radix: 36))"
        defer { try? FileSystem.removeFile(path) }
        for bytes in [labels, zippedLabels] {
            try FileSystem.write(bytes, to: path)
            #expect(try IDXFile(path) == read(labels))
            #expect(try DataFile.kind(of: path) == .idx)
        }
        try FileSystem.write(Array("a,b\n".utf8), to: path)
        #expect(try DataFile.kind(of: path) == .text)
        #expect(throws: DataFileError.notIDX(firstBytes: Array("a,b\n".utf8))) { try IDXFile(path) }
    }

    @Test func refusesEveryTruncation() {
        for count in 0..<labels.count {
            #expect(throws: DataFileError.self) { try read(Array(labels[..<count])) }
        }
    }

    @Test(
        arguments: [
            ([0, 0, 8, 1, 0, 0, 0, 2, 5], .idxWrongLength(dimensions: [2], expected: 2, got: 1)),
            ([0, 0, 8, 1, 0, 0, 0, 1, 5, 6], .idxWrongLength(dimensions: [1], expected: 1, got: 2)),
            ([0, 0, 8, 1, 0, 0], .notIDX(firstBytes: [0, 0, 8, 1])),
            ([0, 0, 8, 0], .notIDX(firstBytes: [0, 0, 8, 0])),
            ([1, 0, 8, 1, 0, 0, 0, 0], .notIDX(firstBytes: [1, 0, 8, 1])),
            ([0, 0, 13, 1, 0, 0, 0, 0], .unsupportedIDXType(code: 13)),
            ([0, 0, 8, 1, 0, 0, 4, 0], .idxTooLarge(dimensions: [1024], limit: 1000)),
            (
                [0, 0, 8, 3] + [UInt8](repeating: 0xFF, count: 12),
                .idxTooLarge(dimensions: [0xFFFF_FFFF, 0xFFFF_FFFF, 0xFFFF_FFFF], limit: 1000)
            ),
        ] as [([UInt8], DataFileError)])
    func refuses(bytes: [UInt8], expected: DataFileError) {
        let error = #expect(throws: DataFileError.self) { try read(bytes) }
        #expect(error == expected)
        #expect(error?.description.isEmpty == false)
    }
}
