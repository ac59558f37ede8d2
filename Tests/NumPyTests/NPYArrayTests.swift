import TestSupport
import Testing

@testable import NumPy

/// numpy.org/doc/stable/reference/generated/numpy.lib.format.html
@Suite struct NPYArrayTests {
    // MARK: What NumPy writes

    @Test func readsWhatNumPyWrites() throws {
        let matrix = try NPYArray(NPYFile.float32)
        #expect(matrix.element == .float32 && !matrix.isColumnMajor && matrix.shape == [2, 3])
        #expect(matrix.content == 128..<152)
        let vector = try NPYArray(NPYFile.float64)
        #expect(vector.element == .float64 && vector.shape == [2] && vector.content == 128..<144)
        #expect(try NPYArray(NPYFile.columnMajor).isColumnMajor)
        #expect(try NPYArray(NPYFile.number).shape == [])
        let nothing = try NPYArray(NPYFile.nothing)
        #expect(nothing.shape == [0, 3] && nothing.content.isEmpty)
    }

    @Test(arguments: [UInt8(2), 3]) func readsLaterVersions(_ version: UInt8) throws {
        let array = try NPYArray(NPYFile.later(version))
        #expect(array.shape == [1, 2] && array.content == 128..<136)
    }

    @Test func writesWhatNumPyWrites() {
        #expect(NPYArray.header(.float32, shape: [2, 3]) == Array(NPYFile.float32.dropLast(24)))
        #expect(NPYArray.header(.float64, shape: [2]) == Array(NPYFile.float64.dropLast(16)))
        #expect(NPYArray.header(.float32, shape: []) == Array(NPYFile.number.dropLast(4)))
        #expect(NPYArray.header(.float32, shape: [0, 3]) == NPYFile.nothing)
    }

    @Test(arguments: NPYElement.allCases) func readsWhatItWrites(_ element: NPYElement) throws {
        for shape in [[], [0], [1], [7], [3, 4], [65_536, 2], [2, 1, 5], Array(repeating: 1, count: 40)] {
            let header = NPYArray.header(element, shape: shape)
            #expect(header.count % 64 == 0)
            let count = shape.reduce(1, *) * element.size
            let array = try NPYArray(header + [UInt8](repeating: 1, count: count))
            #expect(array.element == element && array.shape == shape && !array.isColumnMajor)
            #expect(array.content.count == count)
        }
    }

    // MARK: Headers of others

    @Test(arguments: [
        "{'descr':'<f4','fortran_order':False,'shape':(1,2)}",
        "{\"shape\": (1,2,), \"fortran_order\": False, \"descr\": \"<f4\"}",
        " \t{ 'fortran_order' : False ,\n 'shape' : ( 1 , 2 ) , 'descr' : '<f4' , } \r\n",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1L, 2L), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (0001, 2)}",
    ])
    func readsEverySpacing(_ dictionary: String) throws {
        let array = try NPYArray(NPYFile.two(dictionary))
        #expect(array.shape == [1, 2] && array.element == .float32 && !array.isColumnMajor)
        #expect(array.content.count == 8)
    }

    @Test(arguments: [
        ("", "a dictionary"), ("[]", "a dictionary"), ("{", "a key"), ("{}x", "nothing behind the dictionary"),
        ("{'descr' '<f4'}", "':'"), ("{'descr': ", "the name of a type: records are not read"),
        ("{'descr': [('x', '<f4')]}", "the name of a type: records are not read"),
        ("{'descr': '<f4\"}", "a word of at most 64 bytes in quotes"),
        ("{'" + String(repeating: "a", count: 65) + "': 1}", "a word of at most 64 bytes in quotes"),
        ("{'de\\x73cr': '<f4'}", "a word of printable letters"), ("{'\u{0}': 1}", "a word of printable letters"),
        ("{'fortran_order': 0}", "True or False"), ("{'fortran_order': Tru", "True or False"),
        ("{'descr': '<f4' 'shape': (1,)}", "',' or '}'"), ("{'shape': 3}", "a tuple"), ("{'shape': [1, 2]}", "a tuple"),
        ("{'shape': (2)}", "','"), ("{'shape': (1 2)}", "','"), ("{'shape': (1, 2 3)}", "',' or ')'"),
        ("{'shape': (-1, 2)}", "a whole number from 0 to 9223372036854775807"),
        ("{'shape': (1.0, 2)}", "','"), ("{'shape': (,)}", "a whole number from 0 to 9223372036854775807"),
        ("{'shape': (9223372036854775808,)}", "a whole number from 0 to 9223372036854775807"),
        ("{'shape': (1,", "a whole number from 0 to 9223372036854775807"),
        ("{,}", "a key"), ("{'shape': (1,),,}", "a key"),
    ])
    func refusesWhatIsNoHeader(_ dictionary: String, _ expected: String) {
        let error = #expect(throws: NPYError.self) { try NPYArray(NPYFile.two(dictionary)) }
        guard case .badHeader(let place, expected) = error else {
            Issue.record("\(dictionary): \(String(describing: error))")
            return
        }
        #expect((10...10 + dictionary.utf8.count + 1).contains(place))
    }

    @Test(arguments: [
        ("{}", NPYError.missingKey("descr")),
        ("{'descr': '<f4', 'shape': (1, 2)}", .missingKey("fortran_order")),
        ("{'descr': '<f4', 'fortran_order': False}", .missingKey("shape")),
        ("{'fortran_order': False, 'shape': (1, 2)}", .missingKey("descr")),
        ("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), 'more': 1}", .unknownKey("more")),
        ("{'descr': '<f4', 'descr': '<f4'}", .repeatedKey("descr")),
        ("{'shape': (1,), 'shape': (1,)}", .repeatedKey("shape")),
        ("{'fortran_order': True, 'fortran_order': True}", .repeatedKey("fortran_order")),
        ("{'descr': '>f4', 'fortran_order': False, 'shape': (1, 2)}", .unknownElement(">f4")),
        ("{'descr': '<c8', 'fortran_order': False, 'shape': (1,)}", .unknownElement("<c8")),
        ("{'descr': '|b1', 'fortran_order': False, 'shape': (8,)}", .unknownElement("|b1")),
        ("{'descr': '|O', 'fortran_order': False, 'shape': (1,)}", .unknownElement("|O")),
        ("{'descr': '', 'fortran_order': False, 'shape': (1,)}", .unknownElement("")),
    ])
    func refusesHeadersOfSomethingElse(_ dictionary: String, _ expected: NPYError) {
        #expect(throws: expected) { try NPYArray(NPYFile.two(dictionary)) }
    }

    @Test func refusesTooManyDimensions() throws {
        func bytes(_ count: Int) -> [UInt8] {
            let shape = Array(repeating: "1", count: count - 1) + ["2"]
            return NPYFile.two(
                "{'descr': '<f4', 'fortran_order': False, 'shape': (\(shape.joined(separator: ", ")))}")
        }
        #expect(try NPYArray(bytes(64)).shape.count == 64)
        #expect(throws: NPYError.tooManyDimensions(limit: 64)) { try NPYArray(bytes(65)) }
    }

    // MARK: Lengths that lie

    @Test(arguments: [[1 << 62, 4], [4, 1 << 62], [0, 1 << 62, 4], [1 << 62, 4, 0], [Int.max], [1 << 61]])
    func refusesShapesBeyondCounting(_ shape: [Int]) {
        #expect(throws: NPYError.tooLarge(shape: shape)) { try NPYArray(NPYArray.header(.float32, shape: shape)) }
    }

    @Test(arguments: [[3], [2, 2], [0], [1 << 40], [1 << 60], []])
    func refusesShapesOfOtherBytes(_ shape: [Int]) {
        let expected = 4 * shape.reduce(1, *)
        #expect(throws: NPYError.wrongLength(shape: shape, expected: expected, got: 8)) {
            try NPYArray(NPYArray.header(.float32, shape: shape) + [0, 0, 0, 0, 0, 0, 0, 0])
        }
    }

    @Test func refusesAHeaderBeyondTheEnd() {
        var bytes = NPYFile.float32
        (bytes[8], bytes[9]) = (0xFF, 0xFF)
        #expect(throws: NPYError.truncatedHeader(expected: 65_535, got: 142)) { try NPYArray(bytes) }
        var later = NPYFile.later(2)
        for place in 8..<12 { later[place] = 0xFF }
        #expect(throws: NPYError.truncatedHeader(expected: 0xFFFF_FFFF, got: 124)) { try NPYArray(later) }
    }

    @Test func refusesOtherVersionsAndOtherFiles() {
        for version in [(UInt8(0), UInt8(0)), (4, 0), (1, 1), (255, 255)] {
            var bytes = NPYFile.float32
            (bytes[6], bytes[7]) = version
            #expect(throws: NPYError.unknownVersion(major: version.0, minor: version.1)) { try NPYArray(bytes) }
        }
        for bytes in [[], [0x93], Array("PK\u{3}\u{4}, an .npz".utf8), Array(NPYFile.float32.dropFirst())] {
            #expect(throws: NPYError.notNPY) { try NPYArray(bytes) }
        }
    }

    @Test func refusesEveryTruncationAndWhatFollows() {
        for whole in [NPYFile.float32, NPYFile.later(2), NPYFile.columnMajor] {
            for length in 0..<whole.count { #expect(throws: NPYError.self) { try NPYArray(Array(whole[..<length])) } }
            #expect(throws: NPYError.self) { try NPYArray(whole + [0]) }
        }
    }

    @Test func survivesAnyByte() {
        var random = SeededGenerator(state: 5)
        for _ in 0..<20_000 {
            var bytes = NPYFile.float32
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                bytes[Int.random(in: 6..<70, using: &random)] = UInt8.random(in: .min ... .max, using: &random)
            }
            guard let array = try? NPYArray(bytes) else { continue }
            #expect(array.content.count == array.shape.reduce(1, *) * array.element.size)
            #expect(array.content.upperBound == bytes.count)
        }
    }

    @Test func errorsAreSentences() {
        #expect(
            NPYError.wrongLength(shape: [2, 3], expected: 24, got: 20).description
                == "NPY: an array of shape [2, 3] takes 24 bytes behind the header, and there are 20")
        #expect(
            NPYError.unknownElement(">f4").description
                == "NPY: numbers of type '>f4' are not read; use array.astype('<f4')")
    }
}
