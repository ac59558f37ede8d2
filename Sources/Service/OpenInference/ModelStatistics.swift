import Inference
import JSON
import VAE

/// What a served model has done, in the words of the statistics extension.
struct ModelStatistics {
    private let model: ServedModel
    private let counts: EngineCounts
    /// Milliseconds since 1970.
    private let lastInference: Int

    /// - Parameter now: the same moment twice, by the clock of the engine and in milliseconds since 1970.
    init(_ model: ServedModel, now: (instant: ContinuousClock.Instant, milliseconds: Int)) {
        (self.model, counts) = (model, model.engine.statistics.counts)
        lastInference =
            counts.lastInference.map { now.milliseconds - Int(($0.duration(to: now.instant)) / .milliseconds(1)) } ?? 0
    }

    private typealias Timing = EngineCounts.Timing

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.key("name")
            writer.string(model.name)
            writer.key("version")
            writer.string(model.version)
            for (key, value) in [
                ("last_inference", lastInference), ("inference_count", counts.rows),
                ("execution_count", counts.executions),
            ] {
                writer.key(key)
                writer.int(value)
            }
            writer.key("inference_stats")
            Self.write(
                [
                    ("success", counts.success), ("fail", counts.failure), ("queue", counts.queue),
                    ("compute_input", counts.input), ("compute_infer", counts.infer), ("compute_output", counts.output),
                    ("cache_hit", Timing()), ("cache_miss", Timing()),
                ], to: &writer)
            writer.key("response_stats")
            writer.object { _ in }
            writer.key("batch_stats")
            writer.array { writer in
                for (size, batches) in counts.batches.sorted(by: { $0.key < $1.key }) {
                    Self.write(batches, size: size, to: &writer)
                }
            }
            writer.key("memory_usage")
            writer.array { writer in writeMemory(to: &writer) }
        }
    }

    private static func write(_ batches: EngineCounts.Batches, size: Int, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.key("batch_size")
            writer.int(size)
            for (key, timing) in [
                ("compute_input", batches.input), ("compute_infer", batches.infer), ("compute_output", batches.output),
            ] {
                writer.key(key)
                write(timing, to: &writer)
            }
        }
    }

    private static func write(_ timings: [(String, Timing)], to writer: inout JSONWriter) {
        writer.object { writer in
            for (key, timing) in timings {
                writer.key(key)
                write(timing, to: &writer)
            }
        }
    }

    private static func write(_ timing: Timing, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.key("count")
            writer.int(timing.count)
            writer.key("ns")
            writer.uint64(timing.nanoseconds)
        }
    }

    /// The weights.
    private func writeMemory(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.key("type")
            writer.string("CPU")
            writer.key("id")
            writer.int(0)
            writer.key("byte_size")
            writer.int(model.model.network.parameters.layout.count * MemoryLayout<Float>.size)
        }
    }
}
