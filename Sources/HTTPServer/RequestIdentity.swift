/// The names under which one request can be found again: in an answer, in the log, in the traces of who called.
package struct RequestIdentity: Sendable {
    package let requestID: String
    package let trace: TraceContext
    /// Whether the client names a trace, well formed or not.
    private let isTraced: Bool

    /// Names by which the client calls the request are kept where they are well formed; others are replaced, never refused.
    init(_ fields: HTTPFields) {
        var given = GivenNames()
        fields.forEach { name, value in given.note(name, value) }
        let place = IdentifierSource.reserve(4)
        let span = IdentifierSource.word(place)
        var trace =
            given.traceparent.flatMap { TraceContext(traceparent: $0, span: span) }
            ?? TraceContext(high: IdentifierSource.word(place &+ 1), low: IdentifierSource.word(place &+ 2), span: span)
        if trace.isContinued, let state = given.tracestate { trace.keep(state: state) }
        self.trace = trace
        isTraced = given.namesTrace
        requestID = given.requestID.flatMap(Self.kept) ?? Self.made(at: place &+ 3)
    }

    /// 1 to 128 visible ASCII characters.
    private static func kept(_ bytes: ArraySlice<UInt8>) -> String? {
        guard (1...128).contains(bytes.count), bytes.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func made(at place: UInt64) -> String {
        Hexadecimal.text(capacity: 16) { Hexadecimal.append(IdentifierSource.word(place), to: &$0) }
    }

    /// Header fields of every response to the request; the trace only for those who trace.
    func addHeaders(to headers: inout [(String, String)]) {
        headers.append(("X-Request-Id", requestID))
        if isTraced { headers.append(("traceparent", trace.traceparent)) }
    }
}

/// The header fields in which a client names its request. A name given twice is none, for nobody knows which was meant.
private struct GivenNames {
    private(set) var requestID: ArraySlice<UInt8>?
    private(set) var traceparent: ArraySlice<UInt8>?
    /// Lists on several lines are one list.
    private(set) var tracestate: [UInt8]?
    private var (requestIDs, traceparents) = (0, 0)
    var namesTrace: Bool { traceparents > 0 }

    mutating func note(_ name: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>) {
        switch name.count {
        case 12 where name.equalsIgnoringCase("x-request-id".utf8):
            requestIDs += 1
            requestID = requestIDs == 1 ? value : nil
        case 11 where name.equalsIgnoringCase("traceparent".utf8):
            traceparents += 1
            traceparent = traceparents == 1 ? value : nil
        case 10 where name.equalsIgnoringCase("tracestate".utf8):
            tracestate = tracestate.map { $0 + [UInt8(ascii: ",")] + value } ?? Array(value)
        default: break
        }
    }
}
