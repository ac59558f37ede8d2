/// What is asked of a model. Requests that compare equal may share a batch.
package enum Operation: Hashable, Sendable {
    /// μ and σ of each row, and with a seed a draw of z.
    case encode(drawSeed: UInt64?)
    /// E[x given z] of each row of z, and with a seed a draw of x.
    case decode(drawSeed: UInt64?)
    /// E[x given z] of each row of z, which is answered beside it: the points of a path between codes.
    case path
    /// E[x given z = μ(x)].
    case reconstruct
    /// The terms of −ELBO and what follows from them.
    case score(ScoreSettings)
    /// Rows `offset …` of the model's own making.
    case sample(seed: UInt64, offset: UInt64, temperature: Float)

    /// What a row of the input is.
    package enum InputKind: Sendable {
        case record, latent, none
    }

    package var inputKind: InputKind {
        switch self {
        case .encode, .reconstruct, .score: .record
        case .decode, .path: .latent
        case .sample: .none
        }
    }

    /// How often a row goes through the decoder.
    var passes: Int {
        guard case .score(let settings) = self else { return 1 }
        return max(settings.samples, 1)
    }

    /// Rows of one batch, at most `limit`: fewer where each costs many passes through the decoder, so that no batch takes long.
    func batchRows(limit: Int) -> Int {
        guard case .score = self else { return limit }
        return max(1, min(limit, Self.batchPasses / passes))
    }

    /// Whether so few rows cost as much as many: more passes than a batch of usual scores has.
    func isCostly(rows: Int) -> Bool {
        guard case .score(let settings) = self else { return false }
        return rows * settings.samples > Self.usualPasses
    }

    /// 256 rows of 16 samples.
    private static let usualPasses = 1 << 12

    /// Decoder passes of one batch.
    private static let batchPasses = 1 << 14

    /// The largest number of samples of a score: one request must not hold a core for minutes.
    package static let mostSamples = 10_000
}
