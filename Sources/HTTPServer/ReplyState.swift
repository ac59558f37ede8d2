/// The stages between a request and its one answer, as a value: who comes first decides, all others come too late.
struct ReplyState: Sendable {
    /// What the connection's thread finds when it looks for an answer.
    enum Outcome: Sendable {
        /// The handler has not been asked yet.
        case unasked
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
        case waiting
        case answered(Answer)
        case abandoned
        case finished
    }

    private var stage = Stage.unasked

    var isWaiting: Bool {
        if case .waiting = stage { true } else { false }
    }

    /// The connection has been set aside.
    mutating func wait() {
        stage = .waiting
    }

    /// - Returns: whether this was the first answer, so that the caller must wake the connection, once.
    mutating func answer(_ answer: Answer) -> Bool {
        guard isWaiting else { return false }
        stage = .answered(answer)
        return true
    }

    /// Gives the request up: nobody reads the answer.
    ///
    /// - Returns: as `answer`.
    mutating func abandon() -> Bool {
        guard isWaiting else { return false }
        stage = .abandoned
        return true
    }

    /// Takes the outcome out, so that a reply still held elsewhere does not keep a response in memory.
    mutating func take() -> Outcome {
        switch stage {
        case .unasked:
            return .unasked
        case .answered(let answer):
            stage = .finished
            return .answer(answer)
        case .waiting, .abandoned, .finished:
            // A waiting connection is not called; were it called, its reply must find nobody.
            stage = .finished
            return .hangUp
        }
    }
}
