import TestSupport
import Testing

@testable import HTTPServer

@Suite struct RequestTargetTests {
    @Test(arguments: [
        ("/", []), ("/a", ["a"]), ("/a/b", ["a", "b"]), ("/a/", ["a", ""]), ("//a", ["", "a"]),
        ("/a%2Fb/c", ["a/b", "c"]), ("/a+b", ["a+b"]), ("/%C3%a4", ["ä"]), ("/ä", ["ä"]), ("/%25", ["%"]),
        ("http://host:1/a", ["a"]), ("HTTPS://host/a", ["a"]), ("http://host", []), ("*", []),
    ])
    func cutsThenDecodes(path: String, segments: [String]) throws {
        #expect(try #require(RequestTarget(rawPath: path, rawQuery: [])).segments == segments)
    }

    @Test(arguments: [
        "", "a", "/%", "/%4", "/%4g", "/%00", "/a%00b", "/%ff", "/%C3", "/a b", "/a\tb", "/a\u{7F}", "ftp://host/a",
    ])
    func refuses(path: String) {
        #expect(RequestTarget(rawPath: path, rawQuery: []) == nil)
    }

    @Test func decodesTheQuery() throws {
        let target = try #require(RequestTarget(rawPath: "/", rawQuery: [("a%20b", "%2B"), ("c", "")]))
        #expect(target.query.map(\.name) == ["a b", "c"])
        #expect(target.query.map(\.value) == ["+", ""])
        #expect(RequestTarget(rawPath: "/", rawQuery: [("a", "%00")]) == nil)
        #expect(RequestTarget(rawPath: "/", rawQuery: [("%zz", "")]) == nil)
    }

    @Test func keepsThePathAsSent() throws {
        #expect(try #require(RequestTarget(rawPath: "/a%2Fb", rawQuery: [])).path == "/a%2Fb")
    }

    @Test func decodesAnyBytesOrRefuses() {
        var generator = SeededGenerator(state: 7)
        let alphabet = Array("%%%%0123456789abcdefAF/gz".utf8)
        for _ in 0..<2_000 {
            let bytes = (0..<12).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &generator)] }
            let decoded = PercentEncoding.decode(String(decoding: bytes, as: UTF8.self)[...])
            #expect(decoded?.utf8.contains(0) != true)
        }
    }
}
