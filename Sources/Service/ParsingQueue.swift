import Dispatch

/// Where a body is parsed that is too large for the thread on which it arrived, whose other connections would have to wait.
struct ParsingQueue: Sendable {
    /// A body of more bytes is parsed here.
    static let mostBytesInPlace = 256 << 10

    private let queue = DispatchQueue(label: "elbo.parsing", attributes: .concurrent)

    func async(_ work: @escaping @Sendable () -> Void) {
        queue.async(execute: work)
    }
}
