/// The bytes of a body between the connection that brings them and the thread that reads them, as a value.
struct StreamBuffer: Sendable {
    enum Taken: Sendable {
        case piece([UInt8])
        case end
        case failure(HTTPBodyError)
        case nothingYet
    }

    private enum Stage: Sendable {
        case open
        case complete
        case failed(HTTPBodyError)
    }

    private let capacity: Int
    private var stage = Stage.open
    private var bytes: [UInt8] = []
    private(set) var mostBuffered = 0

    init(capacity: Int) {
        self.capacity = capacity
    }

    /// Whether the connection must wait until something is taken.
    var isFull: Bool { bytes.count >= capacity }

    /// Takes a piece over, whether there is room or not; throws it away once nobody will read it.
    mutating func append(_ piece: some Collection<UInt8>) {
        guard case .open = stage else { return }
        bytes.append(contentsOf: piece)
        mostBuffered = max(mostBuffered, bytes.count)
    }

    /// The body is complete.
    mutating func finish() {
        if case .open = stage { stage = .complete }
    }

    /// The body will not be read to its end: the first reason counts, and what is left is thrown away.
    mutating func fail(_ error: HTTPBodyError) {
        if case .failed = stage { return }
        stage = .failed(error)
        bytes = []
    }

    mutating func take() -> Taken {
        if case .failed(let error) = stage { return .failure(error) }
        if !bytes.isEmpty {
            defer { bytes = [] }
            return .piece(bytes)
        }
        if case .complete = stage { return .end }
        return .nothingYet
    }
}
