import Kernels

/// The terms of one record's bound, in nats.
package struct BoundTerms: Equatable, Sendable {
    /// E_q log p(x given z), estimated; larger is better.
    package var logLikelihood: Double
    /// KL(q(z given x) ‖ p(z)): exact for one level and N(0, I), else estimated from the same samples.
    package var klDivergence: Double
    /// The standard error of the bound; 0 for one sample and for z = μ.
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
    /// The evidence lower bound of each row of x; what is known of the KL divergence in closed form is taken so.
    ///
    ///     (1/S) Σₛ log p(x | zₛ) − KL(q ‖ p),  zₛ = μ + σ ⊙ εₛ
    ///
    /// - Parameters:
    ///   - x: in the likelihood's support.
    ///   - noise: the S vectors ε.
    ///   - cells: overwritten with the mean term of each column of a table, `[rows, termCount]`; nil where nobody asks.
    /// - Returns: one for each row.
    ///
    /// Source: Kingma and Welling 2013, equation 7 (arXiv:1312.6114).
    @_specialize(where Scalar == Float)
    package func bounds(
        _ x: Observation<Scalar>, noise: ScoreNoise<Scalar>, cells: Matrix<Double>? = nil
    ) -> [BoundTerms] {
        var terms: [BoundTerms] = []
        terms.reserveCapacity(x.rows)
        let share = 1 / Double(max(noise.vectors.rows, 1))
        let levels = LevelNoise(noise.vectors, model.architecture)
        cells?.fill(0)
        forEachBlock(of: x.rows) { rows in
            let block = x.rows(rows)
            let encoding = encodeBlock(block.features, block.condition)
            var samples = Array(repeating: RowSamples(groupSize: noise.groupSize), count: rows.count)
            let sums = cells?.rows(rows)
            forEachPair(encoding, block.targets, noise: levels) { pairs, logTerms in
                for i in 0..<pairs.count {
                    let (row, terms) = (pairs.pair(i).row, logTerms.rows(i..<i + 1))
                    samples[row].add(logLikelihood: terms.sum(), divergence: latentPass.pairDivergence(i))
                    if let sums { terms.add(times: share, to: sums, row: row) }
                }
            }
            for (sample, kl) in zip(samples, latentPass.rowDivergences(encoding.posterior)) {
                terms.append(sample.terms(rowDivergence: kl))
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
        importanceWeights(x, noise: noise).map(\.bound)
    }

    /// The weights of each row of x that `importanceWeightedBounds` takes the mean of.
    package func importanceWeights(_ x: Observation<Scalar>, noise: ScoreNoise<Scalar>) -> [ImportanceWeights] {
        precondition(noise.vectors.rows > 0 && noise.groupSize == 1 && !model.architecture.isDeterministic)
        let levels = LevelNoise(noise.vectors, model.architecture)
        var result: [ImportanceWeights] = []
        forEachBlock(of: x.rows) { rows in
            let block = x.rows(rows)
            let encoding = encodeBlock(block.features, block.condition)
            let halfLogDeterminants = encoding.posterior.halfLogDeterminants
            var weights = [ImportanceWeights](repeating: ImportanceWeights(), count: rows.count)
            forEachPair(encoding, block.targets, noise: levels) { pairs, terms in
                for i in 0..<pairs.count {
                    let (row, sample) = pairs.pair(i)
                    let ratio = latentPass.logRatio(
                        i, sample: sample, noise: levels, halfLogDeterminant: halfLogDeterminants[row])
                    weights[row].add(logLikelihood: terms.rows(i..<i + 1).sum(), logRatio: ratio)
                }
            }
            result += weights
        }
        return result
    }

    /// Takes the likelihood of every pair of a row and a sample, a block of pairs at a time.
    private func forEachPair(
        _ encoding: Encoding<Scalar>, _ targets: Matrix<Scalar>, noise: LevelNoise<Scalar>,
        _ body: (_ pairs: SamplePairs, _ terms: Matrix<Double>) -> Void
    ) {
        let samples = max(noise.top.rows, 1)
        let total = targets.rows * samples
        for start in stride(from: 0, to: total, by: blockRows) {
            let pairs = SamplePairs(first: start, count: min(blockRows, total - start), samples: samples)
            let (x, terms) = (targetBuffer.prefix(pairs.count), termBuffer.prefix(pairs.count))
            let z = latentPass.draw(pairs, encoding, noise: noise)
            Scalar.repeatRows(pairs, of: targets, into: x)
            let condition = encoding.condition.map { condition in
                let repeated = conditionBuffer.prefix(pairs.count)
                Scalar.repeatRows(pairs, of: condition, into: repeated)
                return repeated
            }
            likelihoodTerms.write(x, outputs: decodeBlock(z, condition), into: terms)
            body(pairs, terms)
        }
    }
}

/// What the samples of one row give.
private struct RowSamples {
    private var logLikelihood: SampleStatistics
    private var bound: SampleStatistics

    init(groupSize: Int) {
        logLikelihood = SampleStatistics(groupSize: groupSize)
        bound = SampleStatistics(groupSize: groupSize)
    }

    mutating func add(logLikelihood: Double, divergence: Double) {
        self.logLikelihood.add(logLikelihood)
        bound.add(logLikelihood - divergence)
    }

    /// - Parameter rowDivergence: the part of the KL divergence that the samples do not estimate.
    func terms(rowDivergence: Double) -> BoundTerms {
        BoundTerms(
            logLikelihood: logLikelihood.mean, klDivergence: rowDivergence + (logLikelihood.mean - bound.mean),
            standardError: bound.standardError)
    }
}
