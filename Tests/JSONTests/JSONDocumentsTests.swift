import JSON
import Testing

@Suite struct JSONDocumentsTests {
    /// Each line of a text as its own document.
    private func lines(_ text: String) -> (bytes: [UInt8], ranges: [Range<Int>]) {
        let bytes = Array(text.utf8)
        let ranges = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map {
            $0.startIndex..<$0.endIndex
        }
        return (bytes, ranges)
    }

    @Test(arguments: [0, 64, 1000]) func parsesOneAfterTheOther(spare: Int) throws {
        var (bytes, ranges) = lines("{\"a\": 1}\n[2, 3]\n\"four\"\n5")
        bytes.reserveCapacity(bytes.count + spare)
        var documents = JSONDocuments()
        let object = try documents.parse(bytes, ranges[0]).member("a").int()
        let array = try documents.parse(bytes, ranges[1]).ints()
        let string = try documents.parse(bytes, ranges[2]).string()
        let number = try documents.parse(bytes, ranges[3]).int()
        #expect(object == 1 && array == [2, 3] && string == "four" && number == 5)
    }

    @Test func elementsThatAreKeptStayAsTheyAre() throws {
        let (bytes, ranges) = lines("[1]\n[2]\n[3]")
        var documents = JSONDocuments()
        let first = try documents.parse(bytes, ranges[0])
        let second = try documents.parse(bytes, ranges[1])
        _ = try documents.parse(bytes, ranges[2])
        #expect(try first.ints() == [1])
        #expect(try second.ints() == [2])
    }

    @Test func goesOnBehindAFault() throws {
        let (bytes, ranges) = lines("[1]\n[1,\n{\"a\": 1, \"a\": 2}\n\n[4]")
        var documents = JSONDocuments()
        var answers: [String] = []
        for range in ranges {
            do throws(JSONError) {
                answers.append("\(try documents.parse(bytes, range).ints())")
            } catch {
                answers.append("\(error)")
            }
        }
        #expect(
            answers == [
                "[1]", "line 1, column 4: expected a value, found the end of the document",
                "the document: the key \"a\" appears twice", "line 1, column 1: the document is empty", "[4]",
            ])
    }

    @Test func givesKeysAndStringsAsBytes() throws {
        let object = try parse(#"{"plain": 1, "\u00e9\n": "x\"y", "": [true, {"inner": 0}], "last": null}"#)
        var keys: [[UInt8]] = []
        var kinds: [JSONKind] = []
        try object.forEachMember { (key, value) throws(JSONError) in
            keys.append(key.indices.map { key[$0] })
            kinds.append(value.kind)
        }
        #expect(keys == ["plain", "é\n", "", "last"].map { Array($0.utf8) })
        #expect(kinds == [.number, .string, .array, .null])
        let text = try object.member("é\n").withStringBytes { text in text.indices.map { text[$0] } }
        #expect(text == Array("x\"y".utf8))
        #expect(throws: JSONError.wrongKind(path: "plain", expected: "a string", got: .number)) {
            try object.member("plain").withStringBytes { $0.count }
        }
        #expect(throws: JSONError.wrongKind(path: "last", expected: "an object", got: .null)) {
            try object.member("last").forEachMember { (_, _) throws(JSONError) in }
        }
        #expect(throws: JSONError.wrongKind(path: "plain", expected: "a string", got: .number)) {
            try object.forEachMember { (_, value) throws(JSONError) in _ = try value.string() }
        }
    }
}
