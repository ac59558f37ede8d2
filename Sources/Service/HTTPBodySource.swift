import DataFiles
import HTTPServer

/// The bytes of a body as they arrive.
final class HTTPBodySource: ByteSource {
    private let body: HTTPRequestBody
    /// Why the body ended before its time; who reads it must ask before he believes that he has seen all of it.
    private(set) var failure: HTTPBodyError?

    init(_ body: HTTPRequestBody) {
        self.body = body
    }

    func append(to bytes: inout [UInt8]) -> Bool {
        do {
            guard let piece = try body.next() else { return false }
            bytes.append(contentsOf: piece)
            return true
        } catch {
            failure = error
            return false
        }
    }
}
