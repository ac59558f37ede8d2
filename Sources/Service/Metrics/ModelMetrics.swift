import Inference
import VAE

/// What one served model has done since it was loaded, at one moment.
struct ModelMetrics {
    let model: ServedModel
    let labels: MetricsWriter.Labels
    let counts: EngineCounts

    init(_ model: ServedModel) {
        self.model = model
        labels = [("model", model.name), ("version", model.version)]
        counts = model.engine.statistics.counts
    }

    /// Rows of a batch; no usual batch is larger than the last.
    private static let batchBounds = [1, 2, 4, 8, 16, 32, 64, 128, 256]

    static func write(_ models: [ModelMetrics], to writer: inout MetricsWriter) {
        writeInformation(models, to: &writer)
        writeWork(models, to: &writer)
        writeQueues(models, to: &writer)
    }

    private static func writeInformation(_ models: [ModelMetrics], to writer: inout MetricsWriter) {
        writer.family("elbo_model_info", .gauge, "A model that is served.") {
            for one in models {
                let network = one.model.model.network
                let told: MetricsWriter.Labels = [
                    ("input_dim", "\(one.model.model.recordDimension)"), ("latent_dim", "\(network.latentDimension)"),
                    ("likelihood", network.architecture.likelihood.name),
                    ("digest", one.model.digest),
                ]
                $0.sample(one.labels + told, 1)
            }
        }
        writer.family(
            "elbo_model_loaded_timestamp_seconds", .gauge, "When the model that is served was loaded, since 1970."
        ) {
            for one in models { $0.sample(one.labels, Double(one.model.loadedMilliseconds) / 1e3) }
        }
    }

    private static func writeWork(_ models: [ModelMetrics], to writer: inout MetricsWriter) {
        writer.family(
            "elbo_nonfinite_rows_total", .counter,
            "Rows for which a request was refused, since their answer overflowed."
        ) {
            for one in models { $0.sample(one.labels, one.counts.notFiniteRows) }
        }
        writer.family("elbo_requests_total", .counter, "Requests that reached a model, by what became of them.") {
            for one in models {
                $0.sample(one.labels + [("outcome", "success")], one.counts.success.count)
                $0.sample(one.labels + [("outcome", "failure")], one.counts.failure.count)
            }
        }
        writer.family("elbo_rows_total", .counter, "Rows computed.") {
            for one in models { $0.sample(one.labels, one.counts.rows) }
        }
        writer.family("elbo_executions_total", .counter, "Batches computed.") {
            for one in models { $0.sample(one.labels, one.counts.executions) }
        }
        writer.family("elbo_batch_rows", .histogram, "Rows of a batch.") {
            for one in models {
                $0.histogram(
                    one.labels, bounds: batchBounds.map(Double.init), counts: one.batchSizes,
                    sum: Double(one.counts.rows))
            }
        }
        writer.family(
            "elbo_stage_duration_seconds", .histogram,
            "Time of a request being read from its body, waiting, computed with others and printed."
        ) {
            for one in models {
                for (stage, times) in one.model.stages.all {
                    $0.histogram(
                        one.labels + [("stage", "\(stage)")], bounds: DurationHistogram.bounds, counts: times.counts,
                        sum: times.seconds)
                }
            }
        }
    }

    private static func writeQueues(_ models: [ModelMetrics], to writer: inout MetricsWriter) {
        writer.family("elbo_queue_depth", .gauge, "Rows that wait to be computed.") {
            for one in models { $0.sample(one.labels, one.model.engine.queuedRows) }
        }
        writer.family("elbo_queue_limit", .gauge, "Rows that may wait.") {
            for one in models { $0.sample(one.labels, one.model.engine.limits.maxQueuedRows) }
        }
    }

    private var batchSizes: [Int] {
        var sizes = [Int](repeating: 0, count: Self.batchBounds.count + 1)
        for (rows, batches) in counts.batches {
            sizes[Self.batchBounds.firstIndex { rows <= $0 } ?? Self.batchBounds.count] += batches.infer.count
        }
        return sizes
    }
}
