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
    ///   - x: `[rows, inputDimension]`, in the likelihood's support.
    ///   - noise: the S vectors ε.
    /// - Returns: one for each row.
    ///
    /// Source: Kingma and Welling 2013, equation 7 (arXiv:1312.6114).
    package func bounds(_ x: Matrix<Scalar>, noise: ScoreNoise<Scalar>) -> [BoundTerms] {
        var terms: [BoundTerms] = []
        terms.reserveCapacity(x.rows)
        forEachBlock(of: x.rows) { rows in
            let block = x.rows(rows)
            let posterior = encodeBlock(block)
            var statistics = Array(repeating: SampleStatistics(groupSize: noise.groupSize), count: rows.count)
            forEachSample(posterior, noise: noise.vectors) { row, _, _, output in
                statistics[row].add(model.likelihood.logLikelihood(block.rows(row..<row + 1), output: output))
            }
            for (row, statistic) in statistics.enumerated() {
                let range = row..<row + 1
                let kl = Scalar.klDivergence(posterior.mean.rows(range), posterior.logVariance.rows(range))
                terms.append(
                    BoundTerms(
                        logLikelihood: statistic.mean, klDivergence: kl, standardError: statistic.standardError))
            }
        }
        return terms
    }

    /// The importance-weighted bound of each row of x, in nats; the encoder runs once for each row.
    ///
    ///     log (1/K) Σₖ wₖ,  log wₖ = log p(x | zₖ) + log p(zₖ) − log q(zₖ | x),  zₖ = μ + σ ⊙ εₖ
    ///
    /// - Parameter noise: K ≥ 1 independent vectors.
    ///
    /// Source: Burda, Grosse and Salakhutdinov 2015, equation 8 (arXiv:1509.00519).
    package func importanceWeightedBounds(_ x: Matrix<Scalar>, noise: ScoreNoise<Scalar>) -> [Double] {
        let vectors = noise.vectors
        precondition(vectors.rows > 0 && noise.groupSize == 1)
        var bounds: [Double] = []
        forEachBlock(of: x.rows) { rows in
            let block = x.rows(rows)
            let posterior = encodeBlock(block)
            let halfLogDeterminants = (0..<rows.count).map { halfLogDeterminant(posterior, row: $0) }
            var logWeights = [[Double]](repeating: [], count: rows.count)
            forEachSample(posterior, noise: vectors) { row, sample, z, output in
                // log p(z) − log q(z|x): the constants cancel, and (z − μ)/σ is ε.
                let epsilon = Scalar.sumOfSquares(vectors.rows(sample..<sample + 1))
                let ratio = 0.5 * (epsilon - Scalar.sumOfSquares(z)) + halfLogDeterminants[row]
                let likelihood = model.likelihood.logLikelihood(block.rows(row..<row + 1), output: output)
                logWeights[row].append(likelihood + ratio)
            }
            bounds += logWeights.map { ExactMath.logMeanExp($0) }
        }
        return bounds
    }

    /// ½ Σ log σ² of one row.
    private func halfLogDeterminant(_ posterior: Posterior<Scalar>, row: Int) -> Double {
        (0..<model.latentDimension).reduce(0) { $0 + Double(posterior.logVariance[row, $1]) } / 2
    }

    /// Decodes every pair of a row and a sample, in the order row by row and within a row sample by sample, many pairs at a time.
    private func forEachSample(
        _ posterior: Posterior<Scalar>, noise: Matrix<Scalar>,
        _ body: (_ row: Int, _ sample: Int, _ z: Matrix<Scalar>, _ output: Matrix<Scalar>) -> Void
    ) {
        let samples = max(noise.rows, 1)
        let pairs = posterior.mean.rows * samples
        for start in stride(from: 0, to: pairs, by: Self.blockRows) {
            let end = min(start + Self.blockRows, pairs)
            for pair in start..<end {
                let (row, sample) = pair.quotientAndRemainder(dividingBy: samples)
                fillLatent(latentBuffer.rows(pair - start..<pair - start + 1), posterior, row: row, noise, sample)
            }
            let z = latentBuffer.prefix(end - start)
            let output = decodeBlock(z)
            for pair in start..<end {
                let (row, sample) = pair.quotientAndRemainder(dividingBy: samples)
                let range = pair - start..<pair - start + 1
                body(row, sample, z.rows(range), output.rows(range))
            }
        }
    }

    private func fillLatent(
        _ z: Matrix<Scalar>, _ posterior: Posterior<Scalar>, row: Int, _ noise: Matrix<Scalar>, _ sample: Int
    ) {
        let range = row..<row + 1
        if noise.rows == 0 { return z.assign(posterior.mean.rows(range)) }
        Scalar.reparameterise(
            posterior.mean.rows(range), posterior.sigma.rows(range), noise.rows(sample..<sample + 1), into: z)
    }
}
