import TestSupport
import Testing

@testable import JSON

@Suite struct JSONDocumentTests {
    @Test func parsesInPlaceAndFromACopyAlike() throws {
        let text = Array(#"{"seed": 18446744073709551615, "name": "é"}"#.utf8)
        var roomy = text
        roomy.reserveCapacity(text.count + 64)
        #expect(roomy.capacity >= text.count + 64)
        for bytes in [text, roomy] {
            let root = try JSONDocument(bytes).root
            #expect(try root.member("seed").uint64() == .max)
            #expect(try root.member("name").string() == "é")
        }
    }

    @Test func elementsKeepTheDocumentAlive() throws {
        func inner() throws -> JSONElement { try parse(#"{"a": [1, 2]}"#).member("a") }
        let element = try inner()
        _ = try parse(#"{"b": "other"}"#)
        #expect(try element.ints() == [1, 2])
    }

    @Test func acceptsTheDepthLimitAndRefusesBeyond() throws {
        let atLimit = String(repeating: "[", count: 64) + "1" + String(repeating: "]", count: 64)
        _ = try parse(atLimit)
        let error = #expect(throws: JSONError.self) { try parse("[\(atLimit)]") }
        let place = JSONPlace(offset: 64, line: 1, column: 65)
        #expect(error == .syntax(place, problem: "nested deeper than 64 levels"))
    }

    @Test(arguments: [
        (#"{"a": 1, "a": 2}"#, "", "a"), (#"[{"x": {"b": 1, "c": 2, "b": 3}}]"#, "[0].x", "b"),
        (#"{"\u0061": 1, "a": 2}"#, "", "a"), (#"{"": 1, "": 2}"#, "", ""),
    ])
    func refusesAKeyTwice(text: String, path: String, key: String) {
        #expect(throws: JSONError.duplicateKey(path: path, key: key)) { try parse(text) }
    }

    @Test func refusesAKeyTwiceAmongMany() {
        let members = (0..<1000).map { "\"k\($0)\": {\"same\": 1}" }
        #expect(throws: Never.self) { try parse("{\(members.joined(separator: ","))}") }
        let repeated = (members + ["\"k500\": 0", "\"k2\": 0"]).joined(separator: ",")
        #expect(throws: JSONError.duplicateKey(path: "", key: "k500")) { try parse("{\(repeated)}") }
    }

    @Test func poolReusesParsersAndDropsLargeOnes() throws {
        let pool = ParserPool(maximumCount: 2, maximumCapacity: 1000)
        do {
            let documents = try (0..<3).map { _ in try JSONDocument([0x31], pool: pool) }
            #expect(documents.count == 3)
            #expect(pool.idleCount == 0)
        }
        #expect(pool.idleCount == 2)
        #expect(throws: JSONError.self) { try JSONDocument([0x7B], pool: pool) }
        #expect(pool.idleCount == 2)
        _ = try JSONDocument([UInt8](repeating: 0x20, count: 2000) + [0x31], pool: pool)
        #expect(pool.idleCount == 1)
    }

    @Test func manyThreadsParseAtOnce() async throws {
        let sums = try await withThrowingTaskGroup(of: Int.self) { group in
            for value in 0..<200 {
                group.addTask { try parse("[\(value), \(value)]").ints().reduce(0, +) }
            }
            return try await group.reduce(0, +)
        }
        #expect(sums == 199 * 200)
    }

    @Test func randomBytesNeverCrash() {
        var generator = SeededGenerator(state: 1)
        let alphabet = Array(#"[]{}",:0123456789.eE+-truefalsn\u "#.utf8) + [0x0A, 0xC3, 0xA9, 0xFF, 0x00]
        for _ in 0..<20_000 {
            let count = Int.random(in: 0...24, using: &generator)
            let bytes = (0..<count).map { _ in alphabet.randomElement(using: &generator) ?? 0 }
            guard let root = try? JSONDocument(bytes).root else { continue }
            _ = try? root.floats()
            _ = try? root.members().map { $0.value.path }
        }
    }
}
