import DataFiles
import Testing

/// Written by Python: `gzip.GzipFile(fileobj=…, mode="wb", mtime=0, filename="")`.
private let hello: [UInt8] = [
    31, 139, 8, 0, 0, 0, 0, 0, 2, 255, 203, 72, 205, 201, 201, 7, 0, 134, 166, 16, 54, 5, 0, 0, 0,
]
private let nothing: [UInt8] = [31, 139, 8, 0, 0, 0, 0, 0, 2, 255, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0]
private let world: [UInt8] = [
    31, 139, 8, 0, 0, 0, 0, 0, 2, 255, 83, 40, 207, 47, 202, 73, 1, 0, 203, 66, 59, 74, 6, 0, 0, 0,
]

@Suite struct GzipBytesTests {
    private func decompress(_ bytes: [UInt8], limit: Int = 1000, pieceSize: Int = 1000) throws -> String {
        let source = try DataFile.decompressed(ArrayBytes(bytes, pieceSize: pieceSize), limit: limit)
        var result: [UInt8] = []
        while try source.append(to: &result) {}
        return String(decoding: result, as: UTF8.self)
    }

    @Test(arguments: [1, 2, 3, 1000])
    func readsMemberAfterMember(pieceSize: Int) throws {
        #expect(try decompress(hello, pieceSize: pieceSize) == "hello")
        #expect(try decompress(nothing, pieceSize: pieceSize).isEmpty)
        #expect(try decompress(hello + nothing + world + nothing, pieceSize: pieceSize) == "hello world")
    }

    @Test func passesOtherBytesThrough() throws {
        #expect(try decompress(Array("plain".utf8), pieceSize: 1) == "plain")
        #expect(try decompress([0x1F]) == "\u{1F}")
        #expect(try decompress([]).isEmpty)
    }

    @Test func refusesEveryTruncation() {
        for count in 2..<hello.count {
            #expect(throws: DataFileError.gzipTruncated) { try decompress(Array(hello[..<count])) }
            #expect(throws: DataFileError.gzipTruncated) { try decompress(world + Array(hello[..<count])) }
        }
    }

    @Test func refusesDamage() {
        var wrongSum = hello
        wrongSum[hello.count - 5] ^= 1
        #expect(throws: DataFileError.gzipCorrupt(reason: "incorrect data check")) { try decompress(hello + wrongSum) }
        var wrongLength = hello
        wrongLength[hello.count - 1] ^= 1
        #expect(throws: DataFileError.gzipCorrupt(reason: "incorrect length check")) { try decompress(wrongLength) }
        #expect(throws: DataFileError.gzipCorrupt(reason: "incorrect header check")) {
            try decompress(hello + [1, 2, 3])
        }
    }

    @Test func refusesMoreThanTheLimit() throws {
        #expect(try decompress(hello, limit: 5) == "hello")
        #expect(throws: DataFileError.decompressedTooLarge(limit: 4)) { try decompress(hello, limit: 4) }
        #expect(throws: DataFileError.decompressedTooLarge(limit: 8)) { try decompress(hello + world, limit: 8) }
    }

    @Test func changedBytesNeverCrash() {
        for index in hello.indices {
            for byte in UInt8.min ... .max {
                var changed = hello
                changed[index] = byte
                _ = try? decompress(changed, pieceSize: 4)
            }
        }
    }
}
