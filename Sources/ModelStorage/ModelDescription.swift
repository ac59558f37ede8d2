import Records
import VAE

/// What `model.json` says: everything of a model but its numbers.
package struct ModelDescription: Equatable, Sendable {
    /// The only format version so far.
    package static let format = 1

    package var version: String
    package var architecture: Architecture
    package var inputShape: [Int]
    /// The columns of a table; nil where records are plain vectors.
    package var schema: Schema?
    package var scoreSeed: UInt64
    package var scoreSamples: Int
    package var provenance: Provenance
    /// SHA-256 of the calibration file, in hexadecimal; nil where the model has none, or where nobody said.
    package var calibrationDigest: String?

    package init(
        version: String, architecture: Architecture, inputShape: [Int], schema: Schema?, scoreSeed: UInt64,
        scoreSamples: Int, provenance: Provenance
    ) {
        (self.version, self.architecture, self.inputShape) = (version, architecture, inputShape)
        (self.schema, self.scoreSeed, self.scoreSamples) = (schema, scoreSeed, scoreSamples)
        self.provenance = provenance
    }
}

/// Where a model comes from. Holds no time and no place, so that the same run writes the same bytes.
package struct Provenance: Equatable, Sendable {
    /// The command that trained it, without the output folder.
    package var command: String
    /// Files by name, with their SHA-256 in hexadecimal; those of no rows are weights or a description.
    package var data: [(file: String, sha256: String, rows: Int?)]
    package var seed: UInt64
    /// Measured on validation rows, in nats a row where not said otherwise.
    package var metrics: [(name: String, value: Double)]

    package init(
        command: String, data: [(file: String, sha256: String, rows: Int?)], seed: UInt64,
        metrics: [(name: String, value: Double)]
    ) {
        (self.command, self.data, self.seed, self.metrics) = (command, data, seed, metrics)
    }

    package static func == (a: Provenance, b: Provenance) -> Bool {
        a.command == b.command && a.seed == b.seed && a.data.elementsEqual(b.data, by: ==)
            && a.metrics.elementsEqual(b.metrics, by: ==)
    }
}
