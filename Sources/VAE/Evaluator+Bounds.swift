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
            forEachSample(posterior, block.targets, noise: noise.vectors) { row, _, _, logTerms in
                var sum = 0.0
                for j in 0..<logTerms.count { sum += logTerms[j] }
                statistics[row].add(sum)
                guard let cells else { return }
                for j in 0..<logTerms.count { cells[rows.lowerBound + row, j] += share * logTerms[j] }
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
    package func importanceWeightedBounds(_ x: Observation<Scalar>, noise: ScoreNoise<Scalar>) -> [Double] {
        let vectors = noise.vectors
        precondition(vectors.rows > 0 && noise.groupSize == 1)
        var bounds: [Double] = []
        forEachBlock(of: x.rows) { rows in
            let block = x.rows(rows)
            let posterior = encodeBlock(block.features)
            let halfLogDeterminants = (0..<rows.count).map { halfLogDeterminant(posterior, row: $0) }
            var logWeights = [[Double]](repeating: [], count: rows.count)
            forEachSample(posterior, block.targets, noise: vectors) { row, sample, z, terms in
                // log p(z) − log q(z|x): the constants cancel, and (z − μ)/σ is ε.
                let epsilon = Scalar.sumOfSquares(vectors.rows(sample..<sample + 1))
                let ratio = 0.5 * (epsilon - Scalar.sumOfSquares(z)) + halfLogDeterminants[row]
                let likelihood = terms.values.reduce(0, +)
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

    /// Takes the likelihood of every pair of a row and a sample, in the order row by row and within a row sample by sample, many
    /// pairs at a time.
    private func forEachSample(
        _ posterior: Posterior<Scalar>, _ targets: Matrix<Scalar>, noise: Matrix<Scalar>,
        _ body: (_ row: Int, _ sample: Int, _ z: Matrix<Scalar>, _ terms: Matrix<Double>) -> Void
    ) {
        let samples = max(noise.rows, 1)
        let pairs = posterior.mean.rows * samples
        for start in stride(from: 0, to: pairs, by: Self.blockRows) {
            let count = min(Self.blockRows, pairs - start)
            let (z, x, terms) = (latentBuffer.prefix(count), targetBuffer.prefix(count), termBuffer.prefix(count))
            for i in 0..<count {
                let (row, sample) = (start + i).quotientAndRemainder(dividingBy: samples)
                fillLatent(z.rows(i..<i + 1), posterior, row: row, noise, sample)
                x.rows(i..<i + 1).assign(targets.rows(row..<row + 1))
            }
            likelihoodTerms.write(x, outputs: decodeBlock(z), into: terms)
            for i in 0..<count {
                let (row, sample) = (start + i).quotientAndRemainder(dividingBy: samples)
                body(row, sample, z.rows(i..<i + 1), terms.rows(i..<i + 1))
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
