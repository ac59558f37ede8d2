import Kernels

/// The terms of one record's bound, in nats.
package struct BoundTerms: Equatable, Sendable {
    /// E_q log p(x given z), estimated; larger is better.
    package var logLikelihood: Double
    /// KL(q(z given x) ‖ p(z)) ≥ 0, exact.
    package var klDivergence: Double
    /// The standard error of `logLikelihood`; 0 for one sample and for z = μ.
    package var standardError: Double

    package init(logLikelihood: Double, klDivergence: Double, standardError: Double) {
        self.logLikelihood = logLikelihood
        self.klDivergence = klDivergence
        self.standardError = standardError
    }

    /// E_q log p(x given z) − KL ≤ log p(x).
    package var elbo: Double { logLikelihood - klDivergence }
    /// −ELBO: larger is stranger.
    package var anomalyScore: Double { klDivergence - logLikelihood }
}

extension Evaluator {
    /// The evidence lower bound of each row of x, with the analytic KL.
    ///
    ///     (1/S) Σₛ log p(x | μ + σ ⊙ εₛ) − KL(q ‖ p)
    ///
    /// - Parameters:
    ///   - x: in the likelihood's support.
    ///   - noise: the S vectors ε.
    ///   - cells: overwritten with the mean term of each column of a table, `[rows, termCount]`; nil where nobody asks.
    /// - Returns: one for each row.
    ///
    /// Source: Kingma and Welling 2013, equation 7 (arXiv:1312.6114).
    package func bounds(
        _ x: Observation<Scalar>, noise: ScoreNoise<Scalar>, cells: Matrix<Double>? = nil
    ) -> [BoundTerms] {
        var terms: [BoundTerms] = []
        terms.reserveCapacity(x.rows)
        let share = 1 / Double(max(noise.vectors.rows, 1))
        cells?.fill(0)
        forEachBlock(of: x.rows) { rows in
            let block = x.rows(rows)
            let posterior = encodeBlock(block.features)
            var statistics = Array(repeating: SampleStatistics(groupSize: noise.groupSize), count: rows.count)
            let sums = cells?.rows(rows)
            forEachPair(posterior, block.targets, noise: noise.vectors) { pairs, _, logTerms in
                Self.add(logTerms, of: pairs, to: &statistics, sums, share)
            }
            let divergences = Scalar.klDivergences(posterior.mean, posterior.logVariance)
            for (statistic, kl) in zip(statistics, divergences) {
                terms.append(
                    BoundTerms(
                        logLikelihood: statistic.mean, klDivergence: kl, standardError: statistic.standardError))
            }
        }
        return terms
    }

    private static func add(
        _ terms: Matrix<Double>, of pairs: SamplePairs, to statistics: inout [SampleStatistics],
        _ sums: Matrix<Double>?, _ share: Double
    ) {
        for i in 0..<pairs.count {
            let (row, logTerms) = (pairs.pair(i).row, terms.rows(i..<i + 1))
            statistics[row].add(logTerms.sum())
            if let sums { logTerms.add(times: share, to: sums, row: row) }
        }
    }

    /// The importance-weighted bound of each row of x, in nats; the encoder runs once for each row.
    ///
    ///     log (1/K) Σₖ wₖ,  log wₖ = log p(x | zₖ) + log p(zₖ) − log q(zₖ | x),  zₖ = μ + σ ⊙ εₖ
    ///
    /// - Parameter noise: K ≥ 1 independent vectors.
    ///
    /// Source: Burda, Grosse and Salakhutdinov 2015, equation 8 (arXiv:1509.00519).
    package func importanceWeightedBounds(_ x: Observation<Scalar>, noise: ScoreNoise<Scalar>) -> [Double] {
        let vectors = noise.vectors
        precondition(vectors.rows > 0 && noise.groupSize == 1)
        var bounds: [Double] = []
        forEachBlock(of: x.rows) { rows in
            let block = x.rows(rows)
            let posterior = encodeBlock(block.features)
            let halfLogDeterminants = (0..<rows.count).map { halfLogDeterminant(posterior, row: $0) }
            var logWeights = [[Double]](repeating: [], count: rows.count)
            forEachPair(posterior, block.targets, noise: vectors) { pairs, z, terms in
                for i in 0..<pairs.count {
                    let (row, sample) = pairs.pair(i)
                    // log p(z) − log q(z|x): the constants cancel, and (z − μ)/σ is ε.
                    let epsilon = Scalar.sumOfSquares(vectors.rows(sample..<sample + 1))
                    let ratio = 0.5 * (epsilon - Scalar.sumOfSquares(z.rows(i..<i + 1))) + halfLogDeterminants[row]
                    logWeights[row].append(terms.rows(i..<i + 1).sum() + ratio)
                }
            }
            bounds += logWeights.map { ExactMath.logMeanExp($0) }
        }
        return bounds
    }

    /// ½ Σ log σ² of one row.
    private func halfLogDeterminant(_ posterior: Posterior<Scalar>, row: Int) -> Double {
        (0..<model.latentDimension).reduce(0) { $0 + Double(posterior.logVariance[row, $1]) } / 2
    }

    /// Takes the likelihood of every pair of a row and a sample, a block of pairs at a time.
    private func forEachPair(
        _ posterior: Posterior<Scalar>, _ targets: Matrix<Scalar>, noise: Matrix<Scalar>,
        _ body: (_ pairs: SamplePairs, _ z: Matrix<Scalar>, _ terms: Matrix<Double>) -> Void
    ) {
        let samples = max(noise.rows, 1)
        let total = posterior.mean.rows * samples
        for start in stride(from: 0, to: total, by: Self.blockRows) {
            let pairs = SamplePairs(first: start, count: min(Self.blockRows, total - start), samples: samples)
            let (z, x) = (latentBuffer.prefix(pairs.count), targetBuffer.prefix(pairs.count))
            let terms = termBuffer.prefix(pairs.count)
            Scalar.draw(pairs, mean: posterior.mean, sigma: posterior.sigma, noise: noise, into: z)
            Scalar.repeatRows(pairs, of: targets, into: x)
            likelihoodTerms.write(x, outputs: decodeBlock(z), into: terms)
            body(pairs, z, terms)
        }
    }
}
