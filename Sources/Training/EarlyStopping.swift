/// Remembers the best validation bound and how long ago it was.
struct EarlyStopping: Equatable, Sendable {
    private(set) var best: Double?
    private(set) var bestEpoch = 0
    private(set) var epochsSinceBest = 0

    init() {}

    /// What a checkpoint restores.
    init(best: Double?, bestEpoch: Int, epochsSinceBest: Int) {
        (self.best, self.bestEpoch, self.epochsSinceBest) = (best, bestEpoch, epochsSinceBest)
    }

    /// - Parameter patience: epochs without a better bound after which to stop.
    func shouldStop(patience: Int) -> Bool { epochsSinceBest >= patience }

    /// - Parameter elbo: of the validation rows; larger is better.
    /// - Returns: whether it is the best so far.
    mutating func observe(elbo: Double, epoch: Int) -> Bool {
        // NaN is above nothing.
        guard elbo > best ?? -.infinity else {
            epochsSinceBest += 1
            return false
        }
        (best, bestEpoch, epochsSinceBest) = (elbo, epoch, 0)
        return true
    }
}
