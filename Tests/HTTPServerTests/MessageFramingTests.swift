import Testing

@testable import HTTPServer

@Suite struct MessageFramingTests {
    private func framing(_ fields: [(String, String)]) -> MessageFraming {
        var packed = HTTPFields()
        for (name, value) in fields { packed.append(name: name.utf8, value: value.utf8) }
        return MessageFraming(packed)
    }

    private func fault(_ fields: [(String, String)], _ version: HTTPVersion = .http11) -> HTTPRejection? {
        framing(fields).fault(version: version) ?? framing(fields).sizeFault(limit: 100)
    }

    @Test func acceptsWhatIsClear() {
        #expect(fault([("Host", "a")]) == nil)
        #expect(fault([("hOST", "a"), ("content-LENGTH", "100")]) == nil)
        #expect(fault([("Host", "a"), ("Transfer-Encoding", "Chunked")]) == nil)
        #expect(fault([], .http10) == nil)
    }

    @Test func tellsTheLength() {
        #expect(framing([]).contentLength == 0)
        #expect(!framing([]).announcesBody)
        #expect(framing([("Content-Length", "7")]).contentLength == 7)
        #expect(framing([("Transfer-Encoding", "chunked")]).contentLength == nil)
        #expect(framing([("Transfer-Encoding", "chunked")]).announcesBody)
    }

    @Test func refusesAnUnclearLength() {
        let host = ("Host", "a")
        #expect(fault([host, ("Content-Length", "5"), ("Content-Length", "5")]) == .repeatedContentLength)
        #expect(fault([host, ("Content-Length", "5"), ("Content-Length", "6")]) == .repeatedContentLength)
        #expect(fault([host, ("Content-Length", "5, 5")]) == .malformedHeader)
        #expect(fault([host, ("Content-Length", "+5")]) == .malformedHeader)
        #expect(fault([host, ("Content-Length", "")]) == .malformedHeader)
        #expect(fault([host, ("Content-Length", "99999999999999999999")]) == .malformedHeader)
        #expect(fault([host, ("Content-Length", "101")]) == .bodyTooLarge(limit: 100))
    }

    @Test func refusesAnUnclearCoding() {
        let host = ("Host", "a")
        let chunked = ("Transfer-Encoding", "chunked")
        #expect(fault([host, ("Content-Length", "5"), chunked]) == .conflictingFraming)
        #expect(fault([host, chunked, ("Content-Length", "500")]) == .conflictingFraming)
        #expect(fault([host, chunked, chunked]) == .conflictingFraming)
        #expect(fault([chunked], .http10) == .conflictingFraming)
        for coding in ["gzip", "gzip, chunked", "chunked, gzip", "identity", "xchunked", ""] {
            #expect(fault([host, ("Transfer-Encoding", coding)]) == .unknownTransferCoding)
        }
    }

    @Test func requiresOneHost() {
        #expect(fault([]) == .missingHost)
        #expect(fault([("Host", "a"), ("Host", "a")]) == .malformedHeader)
    }

    @Test func refusesNamesThatAreNoTokens() {
        for name in ["Content-Length ", "X\t", "", "X(", "Ä"] {
            #expect(fault([("Host", "a"), (name, "5")]) == .malformedHeader)
        }
    }
}
