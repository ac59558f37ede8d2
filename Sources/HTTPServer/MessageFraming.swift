/// How long a request's body is, told from its header fields, and whether that can be told without doubt.
///
/// A doubt is refused rather than settled: a proxy in front may settle it otherwise, and what it takes for a body
/// would here be the next request (request smuggling, RFC 9112 §11.2). libmicrohttpd 0.9.75 takes the first of two
/// lengths, and chunked above a length.
struct MessageFraming {
    /// The body's length in bytes; nil when chunked, 0 when there is none.
    private(set) var contentLength: UInt64? = 0
    private var lengthFields = 0
    private var codingFields = 0
    private var hostFields = 0
    private var isChunked = false
    private var isMalformed: Bool

    init(_ fields: HTTPFields) {
        isMalformed = !fields.isWhole
        fields.forEach { name, value in note(name, value) }
        if isChunked { contentLength = nil }
    }

    /// Whether a body follows the header.
    var announcesBody: Bool { contentLength != 0 }

    /// Why the request cannot be accepted, or nil.
    func fault(version: HTTPVersion) -> HTTPRejection? {
        if isMalformed { return .malformedHeader }
        if let fault = hostFault(version: version) ?? codingFault(version: version) { return fault }
        return lengthFields > 1 ? .repeatedContentLength : nil
    }

    /// Why a body of the announced length cannot be accepted, or nil.
    func sizeFault(limit: Int) -> HTTPRejection? {
        guard let contentLength, contentLength > UInt64(limit) else { return nil }
        return .bodyTooLarge(limit: limit)
    }

    /// RFC 9112 §3.2: exactly one Host field in HTTP/1.1.
    private func hostFault(version: HTTPVersion) -> HTTPRejection? {
        if hostFields > 1 { return .malformedHeader }
        return hostFields == 0 && version == .http11 ? .missingHost : nil
    }

    /// RFC 9112 §6.1: an unknown coding is 501; chunked under HTTP/1.0, or twice, is a fault.
    private func codingFault(version: HTTPVersion) -> HTTPRejection? {
        guard codingFields > 0 else { return nil }
        if lengthFields > 0 { return .conflictingFraming }
        if !isChunked { return .unknownTransferCoding }
        return codingFields > 1 || version != .http11 ? .conflictingFraming : nil
    }

    private mutating func note(_ name: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>) {
        if name.isEmpty || !name.allSatisfy(\.isTokenCharacter) { isMalformed = true }
        // RFC 9112 §2.2: a bare CR is no part of a line, and who takes it for the line's end reads another message.
        if value.contains(UInt8(ascii: "\r")) { isMalformed = true }
        switch name.count {
        case 4 where name.equalsIgnoringCase("host".utf8): hostFields += 1
        case 14 where name.equalsIgnoringCase("content-length".utf8): noteLength(value)
        case 17 where name.equalsIgnoringCase("transfer-encoding".utf8): noteCoding(value)
        default: break
        }
    }

    private mutating func noteLength(_ value: ArraySlice<UInt8>) {
        lengthFields += 1
        let digits = value.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard digits, let length = UInt64(String(decoding: value, as: UTF8.self)) else {
            isMalformed = true
            return
        }
        contentLength = length
    }

    private mutating func noteCoding(_ value: ArraySlice<UInt8>) {
        codingFields += 1
        isChunked = value.equalsIgnoringCase("chunked".utf8)
    }
}
