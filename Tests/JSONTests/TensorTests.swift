import JSON
import Testing

/// Tensors nested as their shape says, or flat.
@Suite struct TensorTests {
    private func root(_ text: String) throws -> JSONElement { try JSONDocument(Array(text.utf8)).root }

    @Test(arguments: [
        "[1,2,3,4,5,6,7,8]", "[[[1,2],[3,4]],[[5,6],[7,8]]]", "[ [ [1.0,2e0],[3,4] ],[[5,6],[7,8]]]",
    ])
    func readsNestedAndFlat(_ text: String) throws {
        #expect(try root(text).floats(shape: [2, 2, 2]) == [1, 2, 3, 4, 5, 6, 7, 8])
        #expect(try root(text).doubles(shape: [2, 2, 2]) == [1, 2, 3, 4, 5, 6, 7, 8])
        #expect(try root(text).elements(shape: [2, 2, 2]).map { try $0.int() } == [1, 2, 3, 4, 5, 6, 7, 8])
    }

    @Test func readsNothing() throws {
        #expect(try root("[]").floats(shape: [0, 3]) == [])
        #expect(try root("[[],[]]").floats(shape: [2, 0]) == [])
        #expect(try root("[]").elements(shape: [0, 3]).isEmpty)
    }

    @Test func roundsToTheNearest() throws {
        #expect(try root("[0.1,16777217,-1e-50]").floats(shape: [3]) == [0.1, 16_777_216, -0.0])
        #expect(try root("[0.1,9007199254740993,18446744073709551615]").doubles(shape: [3]) == [0.1, 0x1p53, 0x1p64])
    }

    @Test func takesWhatItIsTold() throws {
        let values = try root("[true,null,2]").doubles(shape: [3], kinds: [.flags, .nulls])
        #expect(values[0] == 1 && values[1].isNaN && values[2] == 2)
        #expect(throws: JSONTensorError.notANumber(index: 0, got: .bool)) {
            try root("[true]").doubles(shape: [1], kinds: .nulls)
        }
        #expect(throws: JSONTensorError.notANumber(index: 1, got: .null)) {
            try root("[false,null]").floats(shape: [2], kinds: .flags)
        }
    }

    @Test(arguments: [
        ("3", JSONTensorError.notAnArray(got: .number)),
        ("[1,2,3]", .wrongCount(expected: 4, got: 3)), ("[1,2,3,4,5]", .wrongCount(expected: 4, got: 5)),
        ("[[1,2]]", .wrongSide(dimension: 0, expected: 2, got: 1)),
        ("[[1,2],[3,4],[5,6]]", .wrongSide(dimension: 0, expected: 2, got: 3)),
        ("[[1,2],[3]]", .wrongSide(dimension: 1, expected: 2, got: 1)),
        ("[[1,2,9],[3,4]]", .wrongSide(dimension: 1, expected: 2, got: 3)), ("[[1,2],3]", .notNested(got: .number)),
    ])
    func saysWhatIsWrongWithTheShape(_ text: String, _ expected: JSONTensorError) throws {
        #expect(throws: expected) { try root(text).floats(shape: [2, 2]) }
        #expect(throws: expected) { try root(text).doubles(shape: [2, 2]) }
        #expect(throws: expected) { try root(text).elements(shape: [2, 2]) }
    }

    @Test(arguments: [
        ("[1,2,\"3\",4]", JSONTensorError.notANumber(index: 2, got: .string)),
        ("[[1,2],[3,{}]]", .notANumber(index: 3, got: .object)),
        ("[[[1],2],[3,4]]", .notANumber(index: 0, got: .array)),
        ("[1,[2],3,4]", .notANumber(index: 1, got: .array)), ("[[1,1e39],[3,4]]", .overflow(index: 1, got: 1e39)),
    ])
    func saysWhichElementIsWrong(_ text: String, _ expected: JSONTensorError) throws {
        #expect(throws: expected) { try root(text).floats(shape: [2, 2]) }
    }

    /// A shape may be larger than any memory.
    @Test func aHugeShapeCostsNothing() throws {
        #expect(throws: JSONTensorError.wrongCount(expected: 1 << 60, got: 2)) {
            try root("[1,2]").floats(shape: [1 << 30, 1 << 30])
        }
        #expect(throws: JSONTensorError.wrongSide(dimension: 1, expected: 1 << 30, got: 2)) {
            try root("[[1,2]]").floats(shape: [1 << 30, 1 << 30])
        }
    }
}
