/// The stages between a request and its one answer, as a value: who comes first decides, all others come too late.
struct ReplyState: Sendable {
    /// What the connection's thread finds when it looks for an answer.
    enum Outcome: Sendable {
        /// The handler has not been asked yet.
        case unasked
        /// An answer is to come: from the reader of a streamed body, or at the end of a round.
        case unanswered
        case answer(Answer)
        case hangUp
    }

    /// An answer in either form; a rejection is put into words only when it is sent.
    enum Answer: Sendable {
        case response(HTTPResponse)
        case rejection(HTTPRejection)
    }

    private enum Stage {
        case unasked
        /// An answer may come, and the connection need not be woken for it.
        case running
        case waiting
        case answered(Answer)
        case abandoned
        case finished
    }

    private var stage = Stage.unasked

    /// Whether an answer would still count.
    var isOpen: Bool {
        switch stage {
        case .running, .waiting: true
        case .unasked, .answered, .abandoned, .finished: false
        }
    }

    var isRunning: Bool {
        if case .running = stage { true } else { false }
    }

    private var isWaiting: Bool {
        if case .waiting = stage { true } else { false }
    }

    /// Somebody has been given the right to answer, and the connection goes on.
    mutating func run() {
        stage = .running
    }

    /// The connection has been set aside.
    mutating func wait() {
        stage = .waiting
    }

    /// - Returns: whether the caller must wake the connection, once: this was the first answer, and it waited.
    mutating func answer(_ answer: Answer) -> Bool {
        guard isOpen else { return false }
        defer { stage = .answered(answer) }
        return isWaiting
    }

    /// Gives the request up: nobody reads the answer.
    ///
    /// - Returns: as `answer`.
    mutating func abandon() -> Bool {
        guard isOpen else { return false }
        defer { stage = .abandoned }
        return isWaiting
    }

    /// Takes the outcome out, so that a reply still held elsewhere does not keep a response in memory.
    mutating func take() -> Outcome {
        switch stage {
        case .unasked:
            return .unasked
        case .running:
            return .unanswered
        case .answered(let answer):
            stage = .finished
            return .answer(answer)
        case .waiting, .abandoned, .finished:
            // A waiting connection is not called; were it called, its reply must find nobody.
            stage = .finished
            return .hangUp
        }
    }

    /// The request is over, answered or not.
    mutating func close() {
        stage = .finished
    }
}
