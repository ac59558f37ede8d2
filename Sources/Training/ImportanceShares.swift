import Kernels

/// The importance weights of some rows with `samples` codes each, which lie together.
struct ImportanceShares {
    /// w̃: each weight over the sum of its row's weights.
    let shares: [Double]
    /// The mean log p(x given z) of each row, and what is between it and the row's bound, summed over the rows.
    let terms: LossTerms

    /// - Parameters:
    ///   - logLikelihoods: log p(x given z) of each pair.
    ///   - logRatios: log p(z) − log q(z given x) of each pair.
    ///   - beta: the weight of the ratios, below 1 while training warms up.
    init(_ logLikelihoods: [Double], _ logRatios: [Double], samples: Int, beta: Double) {
        var (shares, terms) = ([Double](), LossTerms())
        shares.reserveCapacity(logLikelihoods.count)
        for start in stride(from: 0, to: logLikelihoods.count, by: samples) {
            let range = start..<start + samples
            let logWeights = range.map { logLikelihoods[$0] + beta * logRatios[$0] }
            let bound = ExactMath.logMeanExp(range.map { logLikelihoods[$0] + logRatios[$0] })
            let normaliser = ExactMath.logMeanExp(logWeights)
            for logWeight in logWeights { shares.append(ExactMath.exp(logWeight - normaliser) / Double(samples)) }
            let mean = logLikelihoods[range].reduce(0, +) / Double(samples)
            terms.logLikelihood += mean
            terms.klDivergence += mean - bound
        }
        (self.shares, self.terms) = (shares, terms)
    }
}
