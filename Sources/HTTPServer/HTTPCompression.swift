/// Which answers are sent compressed to clients that accept it.
package struct HTTPCompression: Sendable {
    /// Makes gzip of bytes; nil where it cannot, and then they are sent as they are. Called where the answer is given.
    package typealias Gzip = @Sendable ([UInt8]) -> [UInt8]?

    /// Smaller ones fit a packet or two.
    package var leastBytes = 1_024
    private let gzip: Gzip

    package init(_ gzip: @escaping Gzip) {
        self.gzip = gzip
    }

    /// Whether a client takes gzip (RFC 9110 §12.5.3): it names it, or everything, and not with a weight of 0.
    static func isAccepted(_ acceptEncoding: String?) -> Bool {
        guard let acceptEncoding else { return false }
        var weights: [String: Double] = [:]
        for range in acceptEncoding.split(separator: ",") {
            let parts = range.split(separator: ";").map { trimmed($0).lowercased() }
            guard let coding = parts.first else { continue }
            let weight = parts.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
            weights[coding] = weight
        }
        return (weights["gzip"] ?? weights["x-gzip"] ?? weights["*"] ?? 0) > 0
    }

    /// The response in the form for a client; one from a file, or of a kind that is compressed already, as it is.
    func apply(to response: HTTPResponse, isAccepted: Bool) -> HTTPResponse {
        guard case .bytes(let bytes) = response.content, bytes.count >= leastBytes, Self.isText(response) else {
            return response
        }
        var response = response
        // For caches: what is sent depends on it whether or not this client accepts it.
        response.headers.append(("Vary", "Accept-Encoding"))
        guard isAccepted, let smaller = gzip(bytes), smaller.count < bytes.count else { return response }
        response.content = .bytes(smaller)
        response.headers.append(("Content-Encoding", "gzip"))
        return response
    }

    private static func isText(_ response: HTTPResponse) -> Bool {
        guard let type = response.headers.first(where: { $0.0 == "Content-Type" })?.1 else { return false }
        return type.hasPrefix("text/") || type.hasPrefix("application/json") || type.hasPrefix("application/x-ndjson")
    }

    private static func trimmed(_ text: Substring) -> String {
        let isBlank = { (character: Character) in character == " " || character == "\t" }
        let start = text.drop(while: isBlank)
        return String(start.reversed().drop(while: isBlank).reversed())
    }
}
