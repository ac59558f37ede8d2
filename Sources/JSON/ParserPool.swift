import Locking

/// Parsers between documents, so that a warm process parses without allocating.
final class ParserPool: Sendable {
    static let shared = ParserPool(maximumCount: 16, maximumCapacity: 4 << 20)

    /// More than this are not kept: they were made for a burst.
    private let maximumCount: Int
    /// A parser holds about fifteen times its capacity; one that grew beyond this many bytes for a rare large document
    /// gives its memory back.
    private let maximumCapacity: Int
    private let idle = Locked<[Parser]>([])

    init(maximumCount: Int, maximumCapacity: Int) {
        self.maximumCount = maximumCount
        self.maximumCapacity = maximumCapacity
    }

    var idleCount: Int { idle.withLock { $0.count } }

    func take() throws(JSONError) -> Parser {
        if let parser = idle.withLock({ $0.popLast() }) { return parser }
        return try Parser()
    }

    func giveBack(_ parser: Parser) {
        guard parser.capacity <= maximumCapacity else { return }
        idle.withLock { idle in
            if idle.count < maximumCount { idle.append(parser) }
        }
    }
}
