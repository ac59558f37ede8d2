import Answers
import Calibration
import Inference
import JSON
import Kernels
import ModelStorage
import Records
import VAE

extension ServedModel {
    /// One line of the list of models.
    func writeSummary(isDefault: Bool, to writer: inout JSONWriter) {
        writer.object { writer in
            writeName(to: &writer)
            writer.key("default")
            writer.bool(isDefault)
            writer.key("input_dimension")
            writer.int(model.recordDimension)
            writer.key("latent_dimension")
            writer.int(model.network.latentDimension)
            writer.key("likelihood")
            writer.string(model.network.architecture.likelihood.name)
        }
    }

    /// All that a client can use.
    func writeDetails(to writer: inout JSONWriter) throws(JSONError) {
        let description = stored.description
        try writer.object { writer throws(JSONError) in
            writeName(to: &writer)
            writer.key("input_dimension")
            writer.int(model.recordDimension)
            writer.key("architecture")
            try description.writeArchitecture(to: &writer)
            try model.schema?.writeMembers(to: &writer)
            writer.key("score")
            writer.object { writer in
                writer.key("seed")
                writer.uint64(description.scoreSeed)
                writer.key("samples")
                writer.int(description.scoreSamples)
            }
            if let ranking = model.ranking { try write(ranking, to: &writer) }
            writer.key("precision")
            try writer.object { writer throws(JSONError) in try writePrecision(to: &writer) }
            writer.key("provenance")
            try description.provenance.write(to: &writer)
        }
    }

    private func writeName(to writer: inout JSONWriter) {
        writer.key("name")
        writer.string(name)
        writer.key("version")
        writer.string(version)
    }

    /// How the weights of dense layers are kept and what that does to the scores of the golden rows, in nats.
    private func writePrecision(to writer: inout JSONWriter) throws(JSONError) {
        writer.key("weights")
        writer.string(stored.precision.rawValue)
        guard let deviation = stored.deviation else { return }
        writer.key("golden_rows")
        writer.int(deviation.rows)
        try write("mean_score_difference", deviation.mean, to: &writer)
        try write("largest_score_difference", deviation.largest, to: &writer)
    }

    /// How rows are ranked, and when one is an anomaly.
    private func write(_ ranking: RowRanking, to writer: inout JSONWriter) throws(JSONError) {
        let usual = ranking.usual
        writer.key("ranking")
        writer.object { writer in
            writer.key("default")
            writer.string(usual.rawValue)
            writer.key("known")
            writer.array { writer in
                for ranking in ranking.known { writer.string(ranking.rawValue) }
            }
        }
        let distribution = ranking.distribution(usual)
        let smallest = Verdict.smallestAlpha(distribution)
        let alpha = max(Verdict.usualAlpha, smallest)
        writer.key("calibration")
        try writer.object { writer throws(JSONError) in
            writer.key("count")
            writer.int(distribution.count)
            try write("smallest_alpha", smallest, to: &writer)
            try write("alpha", alpha, to: &writer)
            // Always there: alpha is not below the smallest.
            if let threshold = try? distribution.threshold(alpha: alpha) {
                try write("threshold", threshold, to: &writer)
            }
        }
    }

    // MARK: Drift

    /// How live scores compare with those of the calibration.
    ///
    /// - Throws: `ServiceError.noCalibration`.
    func driftBody() throws(ServiceError) -> [UInt8] {
        guard let drift, let ranking = model.ranking else { throw .noCalibration(model: name) }
        let usual = ranking.usual
        var writer = JSONWriter()
        do {
            try writer.object { writer throws(JSONError) in
                writeName(to: &writer)
                writer.key("ranking")
                writer.string(usual.rawValue)
                writer.key("calibration_count")
                writer.int(ranking.distribution(usual).count)
                try write(drift.report(.sinceStart), to: &writer)
                writer.key("recent")
                try writer.object { writer throws(JSONError) in try write(drift.report(.recent), to: &writer) }
            }
        } catch {
            throw .unprintableAnswer
        }
        return writer.bytes + [UInt8(ascii: "\n")]
    }

    private func write(_ report: DriftReport, to writer: inout JSONWriter) throws(JSONError) {
        writer.key("count")
        writer.int(report.count)
        writer.key("not_finite_count")
        writer.int(report.notFiniteCount)
        try write("psi", report.stabilityIndex, to: &writer)
        try write("ks", report.ksStatistic, to: &writer)
        try write("ks_p_value", report.ksPValue, to: &writer)
        try write("share_p_below_0.05", report.shareBelow5Percent, to: &writer)
        try write("share_p_below_0.01", report.shareBelow1Percent, to: &writer)
        try write("mean", report.mean, to: &writer)
        try write("calibration_mean", report.calibrationMean, to: &writer)
        writer.key("verdict")
        writer.string(report.verdict.rawValue)
    }

    private func write(_ key: String, _ value: Double, to writer: inout JSONWriter) throws(JSONError) {
        writer.key(key)
        try writer.double(value)
    }
}
