/// Remembers the best validation bound and says when to stop waiting for a better one.
struct EarlyStopping: Equatable, Sendable {
    let patience: Int
    private(set) var best: Double?
    private(set) var bestEpoch = 0
    private(set) var epochsSinceBest = 0

    init(patience: Int) {
        self.patience = patience
    }

    /// What a checkpoint restores.
    init(patience: Int, best: Double?, bestEpoch: Int, epochsSinceBest: Int) {
        self.patience = patience
        (self.best, self.bestEpoch, self.epochsSinceBest) = (best, bestEpoch, epochsSinceBest)
    }

    var shouldStop: Bool { epochsSinceBest >= patience }

    /// - Parameter elbo: of the validation rows; larger is better.
    /// - Returns: whether it is the best so far.
    mutating func observe(elbo: Double, epoch: Int) -> Bool {
        if let best, elbo <= best {
            epochsSinceBest += 1
            return false
        }
        (best, bestEpoch, epochsSinceBest) = (elbo, epoch, 0)
        return true
    }
}
