/// Gathers a body that arrives in pieces, and bounds the memory and the patience spent on it.
struct BodyCollector {
    /// What to do with the connection after a piece.
    enum Verdict: Equatable {
        case goOn
        /// So much came past the limit that the client is cut off.
        case hangUp
    }

    /// How many times the limit is read and thrown away before the client is cut off.
    ///
    /// An answer cannot be queued in the middle of a chunked body; a client that ends soon learns of the limit.
    static let patience = 4

    private let limit: Int
    private(set) var received = 0
    private var bytes: [UInt8]
    /// Whether the rest is only read and thrown away, because there is no memory for it.
    private(set) var isGivenUp = false

    /// - Parameter announced: the Content-Length, which the caller has found to be at most `limit`; nil if chunked.
    init(limit: Int, announced: UInt64?) {
        self.limit = limit
        bytes = Self.empty
        if let announced, announced > 0 {
            reserve(min(Int(clamping: announced), limit))
        }
    }

    /// Keeps nothing from now on.
    mutating func giveUp() {
        isGivenUp = true
        bytes = []
    }

    /// Whether more came than is accepted.
    var isTooLarge: Bool { received > limit }

    /// Takes a piece over, or throws it away once the limit is passed.
    mutating func append(_ piece: some Collection<UInt8>) -> Verdict {
        received += piece.count
        guard !isTooLarge, !isGivenUp else { return discard() }
        if bytes.capacity < received + HTTPRequest.spareBodyCapacity {
            reserve(min(max(2 * received, 4_096), limit))
        }
        bytes.append(contentsOf: piece)
        return .goOn
    }

    /// Hands the body over; nothing of it stays here.
    mutating func take() -> [UInt8] {
        let taken = bytes
        bytes = []
        return taken
    }

    private mutating func discard() -> Verdict {
        bytes = []
        return received > Self.patience * limit ? .hangUp : .goOn
    }

    private mutating func reserve(_ count: Int) {
        bytes.reserveCapacity(count + HTTPRequest.spareBodyCapacity)
    }

    /// An empty body has the spare capacity too; all share this one.
    private static let empty: [UInt8] = {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(HTTPRequest.spareBodyCapacity)
        return bytes
    }()
}
