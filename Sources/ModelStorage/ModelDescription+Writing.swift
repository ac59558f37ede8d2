import JSON
import Kernels
import Records
import VAE

extension ModelDescription {
    /// The bytes of `model.json`.
    func json() throws(JSONError) -> [UInt8] {
        var writer = JSONWriter(layout: .indented)
        try writer.object { writer throws(JSONError) in
            writer.key("format")
            writer.int(Self.format)
            writer.key("version")
            writer.string(version)
            writer.key("architecture")
            try writeArchitecture(to: &writer)
            try schema?.writeMembers(to: &writer)
            writer.key("score")
            writer.object { writer in
                writer.key("seed")
                writer.uint64(scoreSeed)
                writer.key("samples")
                writer.int(scoreSamples)
                if let calibrationDigest {
                    writer.key("calibration_sha256")
                    writer.string(calibrationDigest)
                }
            }
            writer.key("provenance")
            try provenance.write(to: &writer)
        }
        return writer.bytes + [UInt8(ascii: "\n")]
    }

    /// Also what the service tells of a model.
    package func writeArchitecture(to writer: inout JSONWriter) throws(JSONError) {
        try writer.object { writer throws(JSONError) in
            if schema == nil {
                writer.key("input")
                writer.ints(inputShape)
            }
            try NetworkDescription(architecture).writeMembers(to: &writer)
            writer.key("likelihood")
            try Self.write(architecture.likelihood, to: &writer)
        }
    }

    private static func write(
        _ likelihood: LikelihoodSpecification, to writer: inout JSONWriter
    ) throws(JSONError) {
        try writer.object { writer throws(JSONError) in
            writer.key("type")
            writer.string(likelihood.name)
            switch likelihood {
            case .bernoulli, .continuousBernoulli: break
            case .gaussian(let scale): try write(scale, to: &writer)
            case .discretizedLogistic(let scale): try write(scale, to: &writer)
            case .columns(let families):
                writer.key("columns")
                try writer.array { writer throws(JSONError) in
                    for family in families { try family.write(to: &writer) }
                }
            }
        }
    }

    private static func write(_ scale: GaussianScale, to writer: inout JSONWriter) throws(JSONError) {
        writer.key("sigma")
        switch scale {
        case .fixed(let sigma): try writer.double(sigma)
        case .learned(let floor): try write("learned", floor: floor, to: &writer)
        case .shared(let floor): try write("shared", floor: floor, to: &writer)
        }
    }

    private static func write(_ scale: LogisticScale, to writer: inout JSONWriter) throws(JSONError) {
        writer.key("levels")
        writer.int(256)
        writer.key("sigma")
        try write(scale.isPerRecord ? "per_record" : "learned", floor: scale.floor, to: &writer)
    }

    private static func write(_ sigma: String, floor: Double, to writer: inout JSONWriter) throws(JSONError) {
        writer.string(sigma)
        writer.key("floor")
        try writer.double(floor)
    }
}

extension Provenance {
    /// Also what the service tells of a model.
    package func write(to writer: inout JSONWriter) throws(JSONError) {
        try writer.object { writer throws(JSONError) in
            writer.key("command")
            writer.string(command)
            writer.key("data")
            writer.array { writer in
                for item in data { Self.write(item, to: &writer) }
            }
            writer.key("seed")
            writer.uint64(seed)
            writer.key("metrics")
            try writer.object { writer throws(JSONError) in
                for metric in metrics {
                    writer.key(metric.name)
                    try writer.double(metric.value)
                }
            }
        }
    }

    private static func write(_ item: (file: String, sha256: String, rows: Int?), to writer: inout JSONWriter) {
        writer.object { writer in
            writer.key("file")
            writer.string(item.file)
            writer.key("sha256")
            writer.string(item.sha256)
            if let rows = item.rows {
                writer.key("rows")
                writer.int(rows)
            }
        }
    }
}
