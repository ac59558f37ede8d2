/// p(x_j given z) of one coded column.
package enum ColumnFamily: Equatable, Sendable {
    case gaussian(ColumnScale)
    /// Student's t with ν degrees of freedom: heavier tails.
    case student(ColumnScale, degrees: Double)
    /// A probability for each of some codes, and a Gaussian for all others.
    case spiked(atoms: [Float], ColumnScale)
    /// A probability for each of some codes, and a little for all others together.
    case discrete(atoms: [Float], unknownMass: Double)
    /// Codes 0 and 1.
    case bernoulli(unknownMass: Double)
    /// Codes 0 … levels − 1.
    case categorical(levels: Int, unknownMass: Double)
    /// The same, in order: a cumulative logistic model.
    case ordinal(levels: Int, unknownMass: Double)
    /// Whole numbers from 0.
    case poisson(unknownMass: Double)
    case negativeBinomial(unknownMass: Double)
    /// A column that is watched but not modelled.
    case none
}

/// Where the scale σ of a column comes from, in coded units: σ = floor + softplus(s).
///
/// The floor keeps the density bounded on columns that are nearly constant or nearly discrete.
package struct ColumnScale: Equatable, Sendable {
    /// s is an output of the decoder; else one number for the column.
    package let isPerRecord: Bool
    package let floor: Double

    package init(isPerRecord: Bool, floor: Double) {
        (self.isPerRecord, self.floor) = (isPerRecord, floor)
    }
}
