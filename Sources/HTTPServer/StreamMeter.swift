/// Counts the bytes of a streamed body, and decides what becomes of those that come after an early answer.
struct StreamMeter {
    /// What is left of a body is read to its end when it is that short and comes that soon: the answer follows it in
    /// due order, and the connection can be used again.
    static let forgivenBytes = 1 << 20
    static let forgivenTime = Duration.seconds(1)

    private let limit: Int
    private let announced: UInt64?
    private(set) var received = 0
    private var answered: (bytes: Int, time: MonotonicTime)?

    /// - Parameter announced: the Content-Length; nil if chunked.
    init(limit: Int, announced: UInt64?) {
        (self.limit, self.announced) = (limit, announced)
    }

    var isTooLarge: Bool { received > limit }

    mutating func count(_ bytes: Int) {
        received += bytes
    }

    /// Whether an early answer must not wait for the end of the body.
    mutating func isEndTooFar(at now: MonotonicTime) -> Bool {
        let answered = self.answered ?? (received, now)
        self.answered = answered
        if answered.time + Self.forgivenTime < now { return true }
        if let announced { return announced > UInt64(received + Self.forgivenBytes) }
        return received - answered.bytes > Self.forgivenBytes
    }
}
