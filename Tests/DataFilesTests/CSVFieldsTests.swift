import TestSupport
import Testing

@testable import DataFiles

@Suite struct CSVFieldsTests {
    private func record(_ text: String) throws -> (bytes: [[UInt8]], numbers: [CSVNumber]) {
        var reader = try CSVReader(ArrayBytes(Array(text.utf8)), header: .absent)
        _ = try reader.next()
        let indices = reader.columns.indices
        var bytes: [[UInt8]] = []
        for column in indices {
            bytes.append(reader.withField(column) { field in field.indices.map { field[$0] } })
        }
        return (bytes, indices.map { reader.number($0) })
    }

    @Test func givesBytesWithoutQuotes() throws {
        let fields = try record("ab,,\"c,d\",\"\",\"say \"\"é\"\"\",\"\"\"\"").bytes
        #expect(fields == ["ab", "", "c,d", "", "say \"é\"", "\""].map { Array($0.utf8) })
    }

    @Test func tellsNumbersFromWhatIsNone() throws {
        let text = "1, +2.5\t,\"-3e2\",5.,.5,0x1p3,inf,nan,,1 2,1e400,-1e-400,0.1,1e39,\"1\"\"\""
        let no = CSVNumber.notANumber
        let expected: [CSVNumber] = [
            .number(1), .number(2.5), .number(-300), no, .number(0.5), no, no, no, no, no, .tooLarge,
            .number(-0.0), .number(0.1), .number(1e39), no,
        ]
        #expect(try record(text).numbers == expected)
    }

    @Test func goesOnBehindARaggedRow() throws {
        var reader = try CSVReader(ArrayBytes(Array("a,b\n1,2\n3\n4,5,6\n7,8\n".utf8), pieceSize: 1))
        var events: [String] = []
        while true {
            do throws(DataFileError) {
                guard try reader.next() else { break }
                events.append("\(reader.row): \(try reader.strings())")
            } catch {
                events.append("\(error)")
            }
        }
        #expect(
            events == [
                "1: [\"1\", \"2\"]", "row 2 (line 3): expected 2 fields, got 1",
                "row 3 (line 4): expected 2 fields, got 3",
                "4: [\"7\", \"8\"]",
            ])
    }

    @Test(arguments: [("a\n\"x\"y\n1\n", DataFileError.textAfterQuote(line: 2)), ("a\nx\"\n1\n", .strayQuote(line: 2))])
    func staysAtAFault(text: String, expected: DataFileError) throws {
        var reader = try CSVReader(ArrayBytes(Array(text.utf8)))
        for _ in 0..<3 {
            do throws(DataFileError) {
                _ = try reader.next()
                Issue.record("no error")
            } catch {
                #expect(error == expected)
            }
        }
    }

    /// Against a plain search, over all places of a hit and of the start.
    @Test func findsTheNextOfFourBytes() {
        let finder = ByteFinder(UInt8(ascii: ","), UInt8(ascii: "\""), 0x0A, 0xFF)
        var generator = SeededGenerator(state: 5)
        let alphabet: [UInt8] = [0x2C, 0x22, 0x0A, 0xFF, 0x2D, 0x2B, 0x23, 0x0B, 0x09, 0xFE, 0x00, 0x80, 0xAC]
        for count in 0..<40 {
            for rare in [1, 10] {
                let bytes = (0..<count).map { _ in
                    let isHit = Int.random(in: 0..<rare, using: &generator) == 0
                    return (isHit ? alphabet[...] : alphabet[4...]).randomElement(using: &generator) ?? 0
                }
                for start in 0...count {
                    let expected = bytes[start...].firstIndex { alphabet[..<4].contains($0) } ?? count
                    #expect(bytes.withUnsafeBufferPointer { finder.next(in: $0, from: start) } == expected)
                }
            }
        }
    }
}
