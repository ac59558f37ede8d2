import Calibration

/// How the live scores of one model compare with its calibration, at one moment.
struct DriftMetrics {
    private let labels: MetricsWriter.Labels
    private let all: DriftReport
    private let recent: DriftReport
    private let histogram: ScoreHistogram

    /// - Returns: nil for a model without calibration.
    init?(_ model: ServedModel) {
        guard let drift = model.drift else { return nil }
        labels = [("model", model.name), ("version", model.version)]
        (all, recent, histogram) = (drift.report(.sinceStart), drift.report(.recent), drift.histogram())
    }

    static func write(_ models: [DriftMetrics], to writer: inout MetricsWriter) {
        writer.family("elbo_scores_total", .counter, "Live scores compared with the calibration.") {
            for one in models { $0.sample(one.labels, one.all.count) }
        }
        writer.family(
            "elbo_score", .histogram,
            "Live scores that were compared, between quantiles of the calibration's; in nats."
        ) {
            for one in models {
                $0.histogram(
                    one.labels, bounds: one.histogram.bounds, counts: one.histogram.counts, sum: one.histogram.sum)
            }
        }
        writer.family("elbo_anomalies_total", .counter, "Live scores whose p-value is at most alpha.") {
            for one in models {
                $0.sample(one.labels + [("alpha", "0.05")], one.histogram.below5Percent)
                $0.sample(one.labels + [("alpha", "0.01")], one.histogram.below1Percent)
            }
        }
        writer.family("elbo_score_calibration_mean", .gauge, "Mean of the calibration's scores, in nats.") {
            for one in models { $0.sample(one.labels, one.all.calibrationMean) }
        }
        gauge("elbo_score_mean", "Mean of live scores, in nats; 0 without any.", models, \.mean, &writer)
        gauge(
            "elbo_drift_stability_index",
            "Population stability index of live scores: from 0.1 shifted, above 0.25 drifted.", models,
            \.stabilityIndex, &writer)
        gauge(
            "elbo_drift_ks_statistic", "Largest difference of the distribution functions.", models, \.ksStatistic,
            &writer)
        gauge("elbo_drift_ks_p_value", "p-value of that difference.", models, \.ksPValue, &writer)
        gauge("elbo_drift_scores", "Live scores that the comparison rests on.", models, { Double($0.count) }, &writer)
        writer.family(
            "elbo_anomaly_ratio", .gauge,
            "Share of live scores whose p-value is at most alpha: about alpha without drift."
        ) {
            for one in models {
                for (period, report) in one.periods {
                    let labels = one.labels + [("period", period)]
                    $0.sample(labels + [("alpha", "0.05")], report.shareBelow5Percent)
                    $0.sample(labels + [("alpha", "0.01")], report.shareBelow1Percent)
                }
            }
        }
    }

    private static func gauge(
        _ name: String, _ help: String, _ models: [DriftMetrics], _ value: (DriftReport) -> Double,
        _ writer: inout MetricsWriter
    ) {
        writer.family(name, .gauge, help) {
            for one in models {
                for (period, report) in one.periods { $0.sample(one.labels + [("period", period)], value(report)) }
            }
        }
    }

    private var periods: [(String, DriftReport)] { [("since_start", all), ("recent", recent)] }
}
