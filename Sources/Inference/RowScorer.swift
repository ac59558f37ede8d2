import Kernels
import VAE

/// Scores records, and says which columns a score comes from.
final class RowScorer {
    private let model: TrainedModel
    private let evaluator: Evaluator<Float>
    /// The noise of the last score, since most scores use the same.
    private var noise: (settings: ScoreSettings, noise: ScoreNoise<Float>)?

    init(_ model: TrainedModel, _ evaluator: Evaluator<Float>) {
        (self.model, self.evaluator) = (model, evaluator)
    }

    /// - Parameter coded: the rows that `x` was made of, for a table.
    func score(
        _ x: Observation<Float>, coded: Matrix<Float>, _ settings: ScoreSettings, into scores: ScoreOutput
    ) {
        switch settings.bound {
        case .importanceWeighted: scoreByImportance(x, settings, into: scores)
        case .elbo:
            if let table = model.table {
                scoreTable(x, coded, table, settings, into: scores)
            } else {
                scoreVectors(x, settings, into: scores)
            }
        }
    }

    private func scoreVectors(_ x: Observation<Float>, _ settings: ScoreSettings, into scores: ScoreOutput) {
        for (row, bound) in evaluator.bounds(x, noise: scoreNoise(settings)).enumerated() {
            scores[row] = RowScore(
                reconstruction: -bound.logLikelihood, kl: bound.klDivergence,
                standardError: bound.standardError, anomalyScore: bound.anomalyScore)
        }
        // −ELBO is there already.
        guard let ranking = model.ranking, case .vectors(let measure) = ranking.measure, settings.ranking != .elbo
        else { return }
        let drawn = drawings(x, settings, measure)
        for row in 0..<x.rows {
            var score = scores[row]
            let (vector, rowScore) = drawn[row] ?? (x.features.rows(row..<row + 1), score.score)
            let parts = measure.parts(vector, rowScore: rowScore, score: score.score)
            score.anomalyScore = ranking.value(settings.ranking, parts: parts)
            scores[row] = score
        }
    }

    /// The rows that are ranked by their drawing in 0 and 1, with its −ELBO.
    private func drawings(
        _ observed: Observation<Float>, _ settings: ScoreSettings, _ measure: VectorMeasure
    ) -> [Int: (vector: Matrix<Float>, score: Double)] {
        guard settings.ranking == .complexity else { return [:] }
        let x = observed.features
        let rows = (0..<x.rows).filter { measure.isDrawn(x.rows($0..<$0 + 1)) }
        guard !rows.isEmpty else { return [:] }
        let drawings = Matrix<Float>(rows: rows.count, columns: x.columns)
        for (i, row) in rows.enumerated() { measure.draw(x.rows(row..<row + 1), into: drawings.rows(i..<i + 1)) }
        let condition = observed.condition.map { Self.gather(rows, of: $0) }
        let bounds = evaluator.bounds(Observation(drawings).conditioned(on: condition), noise: scoreNoise(settings))
        let found = zip(rows, bounds.enumerated()).map { row, bound in
            (row, (vector: drawings.rows(bound.offset..<bound.offset + 1), score: bound.element.anomalyScore))
        }
        return Dictionary(uniqueKeysWithValues: found)
    }

    private static func gather(_ rows: [Int], of x: Matrix<Float>) -> Matrix<Float> {
        let gathered = Matrix<Float>(rows: rows.count, columns: x.columns)
        for (i, row) in rows.enumerated() { gathered.rows(i..<i + 1).assign(x.rows(row..<row + 1)) }
        return gathered
    }

    /// Sums what each column adds, in the order of the columns: the very numbers that an explanation prints.
    private func scoreTable(
        _ x: Observation<Float>, _ coded: Matrix<Float>, _ table: TableCoding, _ settings: ScoreSettings,
        into scores: ScoreOutput
    ) {
        let cells = Matrix<Double>(rows: x.rows, columns: table.termOrder.count)
        let bounds = evaluator.bounds(x, noise: scoreNoise(settings), cells: cells)
        let contributions = scores.contributions ?? Matrix(rows: x.rows, columns: coded.columns)
        if let expected = scores.expected { evaluator.reconstruct(x.features, condition: x.condition, into: expected) }
        for (row, bound) in bounds.enumerated() {
            let kl = table.contributions(cells, row: row, kl: bound.klDivergence, into: contributions)
            let reconstruction = contributions.rows(row..<row + 1).sum()
            scores[row] = RowScore(
                reconstruction: reconstruction, kl: kl, standardError: bound.standardError,
                anomalyScore: reconstruction + kl)
        }
        if let ranking = model.ranking, case .table(let measure) = ranking.measure {
            rank(x, coded, contributions, settings, (ranking, measure), into: scores)
        }
    }

    private func rank(
        _ x: Observation<Float>, _ coded: Matrix<Float>, _ contributions: Matrix<Double>,
        _ settings: ScoreSettings, _ by: (ranking: RowRanking, measure: RankingMeasure), into scores: ScoreOutput
    ) {
        let needed =
            scores.parts == nil ? RankingMeasure.needed(settings.ranking) : Set(Ranking.parts)
        let distances = distances(x, needed, by.measure)
        for row in 0..<x.rows {
            var score = scores[row]
            let parts = by.measure.parts(
                row, coded, contributions: contributions, kl: score.kl, distances, needed: needed)
            score.anomalyScore = by.ranking.value(settings.ranking, parts: parts)
            scores[row] = score
            scores.parts?.rows(row..<row + 1).assign(parts)
        }
    }

    private func distances(
        _ x: Observation<Float>, _ needed: Set<Ranking>, _ measure: RankingMeasure
    ) -> RankingMeasure.Distances {
        let features = x.features
        let latents = needed.contains(.posteriors) ? model.network.latentDimension : 0
        let means = Matrix<Float>(rows: features.rows, columns: latents)
        if latents > 0 {
            let sigmas = Matrix<Float>(rows: features.rows, columns: latents)
            evaluator.encode(features, condition: x.condition, mean: means, sigma: sigmas)
        }
        return measure.distances(features: features, means: means, for: needed)
    }

    private func scoreByImportance(
        _ x: Observation<Float>, _ settings: ScoreSettings, into scores: ScoreOutput
    ) {
        let bounds = evaluator.importanceWeightedBounds(x, noise: scoreNoise(settings))
        for (row, bound) in bounds.enumerated() {
            scores[row] = RowScore(reconstruction: -bound, kl: 0, standardError: 0, anomalyScore: -bound)
        }
    }

    private func scoreNoise(_ settings: ScoreSettings) -> ScoreNoise<Float> {
        if let noise, noise.settings == settings { return noise.noise }
        let made = makeNoise(settings)
        noise = (settings, made)
        return made
    }

    private func makeNoise(_ settings: ScoreSettings) -> ScoreNoise<Float> {
        let latents = model.network.latentDimension
        switch settings.bound {
        case .importanceWeighted:
            return .independent(seed: settings.seed, samples: settings.samples, latentDimension: latents)
        case .elbo where settings.samples == 0: return .none(latentDimension: latents)
        case .elbo: return .mirrored(seed: settings.seed, samples: settings.samples, latentDimension: latents)
        }
    }
}
