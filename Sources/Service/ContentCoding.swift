import DataFiles
import HTTPServer

/// How a body is packed (RFC 9110 §8.4.1).
enum ContentCoding {
    case identity
    /// gzip or zlib's own format: which, the bytes themselves tell.
    case compressed

    private static let compressions = ["gzip", "x-gzip", "deflate"]

    init(_ request: HTTPRequest) throws(ServiceError) {
        guard let field = request.header("Content-Encoding") else {
            self = .identity
            return
        }
        switch field.lowercased() {
        case "identity", "": self = .identity
        case let coding where Self.compressions.contains(coding): self = .compressed
        default: throw .unsupportedEncoding(field)
        }
    }

    /// How many bytes so many packed ones may be: deflate makes at most 1,032 of one.
    static func mostBytes(unpacking count: Int, limit: Int) -> Int { min(limit, 1_032 * count) }

    /// - Parameter limit: of the bytes unpacked.
    static func unpacked(_ bytes: [UInt8], limit: Int) throws(ServiceError) -> [UInt8] {
        do {
            return try Gzip.decompress(bytes, limit: limit)
        } catch {
            throw .table(error)
        }
    }
}
