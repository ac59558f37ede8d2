import JSON
import ModelStorage

/// `report.json`: how a run went, epoch by epoch. Holds no times, so that the same run writes the same bytes.
struct TrainingReport {
    let description: ModelDescription
    let options: TrainingOptions
    let parameterCount: Int
    let history: [EpochRecord]
    let bestEpoch: Int
    let stoppedEarly: Bool

    func json() throws(JSONError) -> [UInt8] {
        var writer = JSONWriter(layout: .indented)
        try writer.object { writer throws(JSONError) in
            writer.key("provenance")
            try description.provenance.write(to: &writer)
            writer.key("architecture")
            try description.writeArchitecture(to: &writer)
            writer.key("parameters")
            writer.int(parameterCount)
            writer.key("options")
            try writer.object { writer throws(JSONError) in
                for (name, value) in options.fields {
                    writer.key(name)
                    try writer.double(value)
                }
            }
            writer.key("best_epoch")
            writer.int(bestEpoch)
            writer.key("stopped_early")
            writer.bool(stoppedEarly)
            writer.key("epochs")
            try writer.array { writer throws(JSONError) in
                for record in history { try Self.write(record, to: &writer) }
            }
        }
        return writer.bytes + [UInt8(ascii: "\n")]
    }

    private static func write(_ record: EpochRecord, to writer: inout JSONWriter) throws(JSONError) {
        let numbers = [
            ("beta", record.beta), ("learning_rate", record.learningRate), ("elbo", record.trainingELBO),
            ("log_likelihood", record.trainingLogLikelihood), ("kl", record.trainingKLDivergence),
            ("validation_elbo", record.validationELBO),
            ("validation_log_likelihood", record.validationLogLikelihood),
            ("validation_kl", record.validationKLDivergence),
        ]
        try writer.object { writer throws(JSONError) in
            writer.key("epoch")
            writer.int(record.epoch)
            for (name, value) in numbers {
                writer.key(name)
                try writer.double(value)
            }
            writer.key("active_units")
            writer.int(record.activeUnits)
        }
    }
}
