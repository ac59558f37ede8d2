import DataFiles
import Testing

@testable import Bulk

@Suite struct InputFormatTests {
    @Test(
        arguments: [
            ("a,b\n1,2\n", .csv), ("{\"a\":1}\n", .ndjson), ("[1]\n", .ndjson), (" \r\n\t{}", .ndjson),
            ("\u{FEFF}{}", .ndjson), ("\u{FEFF}a\n", .csv), ("", .csv), ("\n\n", .csv), ("\"{\"\n", .csv),
        ] as [(String, InputFormat)], [1, 2, 1_000])
    func looksAtTheFirstByte(_ example: (text: String, format: InputFormat), pieceSize: Int) throws {
        let source = ArrayBytes(Array(example.text.utf8), pieceSize: pieceSize)
        let guess = try InputFormat.guess(source)
        #expect(guess.format == example.format)
        var bytes: [UInt8] = []
        while try guess.source.append(to: &bytes) {}
        let text = example.text.hasPrefix("\u{FEFF}") ? String(example.text.unicodeScalars.dropFirst()) : example.text
        #expect(String(decoding: bytes, as: UTF8.self) == text)
    }
}
