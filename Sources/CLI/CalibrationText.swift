import Answers
import Calibration
import VAE

/// What a model knows of usual scores, as people read it.
enum CalibrationText {
    /// Nothing for models without calibration.
    static func lines(_ model: TrainedModel) -> [String] {
        guard let ranking = model.ranking else { return [] }
        let distribution = ranking.distribution(ranking.usual)
        let (smallest, usual) = (Verdict.smallestAlpha(distribution), Verdict.usualAlpha)
        var lines = [
            "calibrated on \(Text.counted(distribution.count, "row")) that training has not seen: "
                + "mean score \(Text.fixed(ranking.distribution(.elbo).mean)) nats, smallest alpha \(Text.short(smallest))"
        ]
        let alpha = max(usual, smallest)
        if let threshold = threshold(distribution, alpha) {
            lines.append("an anomaly at alpha \(Text.short(alpha)): anomaly_score above \(Text.fixed(threshold, 3))")
        }
        return lines
    }

    private static func threshold(_ distribution: ScoreDistribution, _ alpha: Double) -> Double? {
        do throws(CalibrationError) { return try distribution.threshold(alpha: alpha) } catch { return nil }
    }
}
