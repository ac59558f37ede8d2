/// What rows are ranked by; larger is stranger.
package enum Ranking: String, CaseIterable, Hashable, Sendable {
    /// The mean of the `combinedParts`, each in nats of its own rarity.
    case combined
    /// −ELBO.
    case elbo
    /// Every column's nats beside what is usual for that column: many small oddities count, one wild cell does not rule.
    case cells
    /// The distance to the nearest records that the model was fitted to, in the encoder's features.
    case neighbours
    /// The distance of μ(x) to the nearest posterior means of such records.
    case posteriors
    /// −ELBO less the nats that the columns would cost if they knew nothing of each other.
    case ratio
    /// How far −ELBO is from its median: a row that is too likely is strange too.
    case typicality
    /// −ELBO beside what the row costs in a code that knows nothing but the row: of plain vectors only.
    case complexity

    /// Of a table: everything but the combination and what only vectors have.
    package static let parts = allCases.filter { $0 != .combined && $0 != .complexity }
    /// Chosen on the development sets: see ARCHITECTURE.md.
    package static let combinedParts: [Ranking] = [.cells, .neighbours]
    /// Of plain vectors, such as images.
    package static let vectorParts: [Ranking] = [.complexity, .elbo, .typicality]
}
