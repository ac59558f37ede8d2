import TestSupport
import Testing

@testable import JSON

/// Reading a matrix from its text tells what reading it through the tape tells, of any bytes.
@Suite struct TextMatrixTests {
    private struct Outcome: Equatable {
        var shape = [0, 0]
        var bits: [UInt32] = []
        var members: [String] = []
        var error: JSONError?
    }

    /// Bytes with the room behind them that parsing in place needs.
    private func padded(_ bytes: some Collection<UInt8>, filler: UInt8 = 0) -> [UInt8] {
        var padded = Array(bytes) + [UInt8](repeating: filler, count: 64)
        padded.removeLast(64)
        return padded
    }

    private func outcome(_ columns: Int?, _ document: () throws(JSONError) -> JSONDocument) -> Outcome {
        var outcome = Outcome()
        do throws(JSONError) {
            let root = try document().root
            try root.forEachMember { key, value throws(JSONError) in outcome.members.append("\(value.kind)") }
            let matrix = try root.member("inputs").floats(columns: columns)
            outcome.shape = [matrix.rows, matrix.columns]
            outcome.bits = matrix.values.map(\.bitPattern)
        } catch {
            outcome.error = error
        }
        return outcome
    }

    private func expectSame(_ bytes: [UInt8], columns: Int? = nil) {
        let found = outcome(columns) { () throws(JSONError) in try JSONDocument(bytes, matrix: "inputs") }
        let expected = outcome(columns) { () throws(JSONError) in try JSONDocument(bytes) }
        #expect(found == expected, "\(String(decoding: bytes, as: UTF8.self).prefix(300))")
    }

    private func isReadFromText(_ text: String) -> Bool {
        (try? JSONDocument(padded(text.utf8), matrix: "inputs"))?.textMatrix != nil
    }

    @Test(
        arguments: [
            #"{"inputs":[[1]]}"#, #"{"samples": 0, "inputs": [[0.5, -1], [1e-3, 25.25]], "seed": 3}"#,
            #" { "a" : "b,]" , "c":null,"inputs":[ 1 , 2.5]}"#, #"{"inputs":[[0.123456789012345678,1E+2]]}"#,
            "{\"inputs\":[\n[1,\t2],\r\n[3,4]\n]\n}\n",
        ])
    func readsFromText(text: String) {
        #expect(isReadFromText(text))
        expectSame(padded(text.utf8))
    }

    @Test(
        arguments: [
            #"{"inputs":[]}"#, #"{"inputs":[[]]}"#, #"{"inputs":[[1],[]]}"#, #"{"inputs":[[1],[2,3]]}"#,
            #"{"inputs":[[1],2]}"#, #"{"inputs":[1,[2]]}"#, #"{"inputs":[[1,null]]}"#, #"{"inputs":[[1e39]]}"#,
            #"{"inputs":[[1e400]]}"#, #"{"inputs":[["1"]]}"#, #"{"inputs":[{}]}"#, #"{"inputs":{}}"#, #"{"inputs":1}"#,
            #"{"inputs":[[1]]"#, #"{"inputs":[[1]"#, #"{"inputs":[[1"#, #"{"inputs":[["#, #"{"inputs":["#,
            #"{"inputs":"#,
            #"{"inputs":[[01]]}"#, #"{"inputs":[[1.]]}"#, #"{"inputs":[[.5]]}"#, #"{"inputs":[[+1]]}"#,
            #"{"inputs":[[-]]}"#,
            #"{"inputs":[[1e]]}"#, #"{"inputs":[[1e+]]}"#, #"{"inputs":[[0.5.5]]}"#, #"{"inputs":[[0.5-1]]}"#,
            #"{"inputs":[[1 2]]}"#, #"{"inputs":[[1,]]}"#, #"{"inputs":[[,1]]}"#, #"{"inputs":[[1],]}"#,
            #"{"inputs":[[1]]]}"#, #"{"inputs":[[1]] 3}"#, #"{"inputs":[[1]],}"#, #"{"inputs":[[1]],"inputs":[[2]]}"#,
            #"{"a":1[2,"inputs":[[1]]}"#, #"{"a":tru,"inputs":[[1]]}"#, #"{"a":[1],"inputs":[[1]]}"#,
            #"{"a":"\"","inputs":[[1]]}"#, #"{"\u0069nputs":[[1]]}"#, #"[{"inputs":[[1]]}]"#, #"{"other":[[1]]}"#,
            #"{"inputs":[[0x10]]}"#, #"{"inputs":[[NaN]]}"#, #"{"inputs":[[-Infinity]]}"#, #"{"inputs":[[1e-400]]}"#,
            #"{"inputs":[[18446744073709551615]]}"#, #"{"inputs":[[18446744073709551616]]}"#,
            #"{"inputs":[[-9223372036854775809]]}"#, #"{"inputs":[[0.5]],"b":[1,{"c":[]}]}"#,
            "{\"a\":\"\u{1}\",\"inputs\":[[1]]}",
        ])
    func tellsWhatTheTapeTells(text: String) {
        for filler in "0,]5 ".utf8 {
            expectSame(padded(text.utf8, filler: filler))
            expectSame(padded(text.utf8, filler: filler), columns: 2)
        }
    }

    /// Texts as programs and people write numbers, their rounding told by Swift's own reading.
    @Test func roundsAsThroughBinary64() throws {
        var generator = SeededGenerator(state: 21)
        let texts = (0..<300_000).map { _ in randomNumber(&generator) }
        let bytes = padded("{\"inputs\":[\(texts.joined(separator: ","))]}".utf8)
        let document = try JSONDocument(bytes, matrix: "inputs")
        #expect(document.textMatrix != nil)
        let values = try document.root.member("inputs").floats().values
        try #require(values.count == texts.count)
        let wrong = zip(texts, values).filter { text, value in
            let isWhole = !text.contains { ".eE".contains($0) }
            let expected = isWhole ? Float(Int64(text)!) : Float(Double(text)!)
            return expected.bitPattern != value.bitPattern
        }
        #expect(wrong.isEmpty, "\(wrong.prefix(5))")
    }

    private func randomNumber(_ generator: inout SeededGenerator) -> String {
        let sign = Bool.random(using: &generator) ? "-" : ""
        let number = Float.random(in: 0..<1, using: &generator)
        switch Int.random(in: 0..<8, using: &generator) {
        case 0: return sign + "\(number)"
        case 1: return sign + "\(Double(number))"
        case 2: return sign + "\(Double.random(in: 0..<10, using: &generator))"
        case 3: return sign + "\(UInt64.random(in: 0..<1_000_000_000_000, using: &generator))"
        case 4: return sign + "\(Double.random(in: 0..<1e-20, using: &generator))"
        case 5:
            // Half way between two binary32, and next to that.
            let half = Double(number) + Double(number.ulp) / 2
            return sign + "\([half, half.nextUp, half.nextDown].randomElement(using: &generator)!)"
        case 6: return sign + "\(Int.random(in: 0..<10, using: &generator)).\(digits(1...30, &generator))"
        default:
            let exponent = Int.random(in: -50..<30, using: &generator)
            return sign + "\(Int.random(in: 0..<1000, using: &generator)).\(digits(1...8, &generator))e\(exponent)"
        }
    }

    private func digits(_ counts: ClosedRange<Int>, _ generator: inout SeededGenerator) -> String {
        (0..<Int.random(in: counts, using: &generator))
            .map { _ in "\(Int.random(in: 0..<10, using: &generator))" }.joined()
    }

    /// Documents that are cut short or have a byte exchanged.
    @Test func tellsWhatTheTapeTellsOfSpoiltBytes() {
        let text = #"{"samples":0,"inputs":[[0.5,-12,1e-3, 3.14159265358979],[1,2,3.25,-0.0]],"seed":7}"#
        var generator = SeededGenerator(state: 22)
        for count in 0..<text.utf8.count { expectSame(padded(text.utf8.prefix(count), filler: UInt8(ascii: "]"))) }
        for _ in 0..<20_000 {
            var bytes = padded(text.utf8, filler: UInt8(ascii: "1"))
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let byte = #"[]{},:"0123456789.-+eE \nt"#.utf8.randomElement(using: &generator)!
                bytes[Int.random(in: bytes.indices, using: &generator)] = byte
            }
            expectSame(bytes)
        }
    }
}
