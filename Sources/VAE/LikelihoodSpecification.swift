/// The family of p(x given z).
package enum LikelihoodSpecification: Equatable, Sendable {
    /// Each number of x is 0 or 1; the decoder gives logits. Of a grey x in between, x l − softplus(l) is a cross-entropy only:
    /// it does not integrate to 1 over [0, 1], so its nats compare with no density's.
    case bernoulli
    /// Each number of x is in [0, 1], with a density that is exponential in it; the decoder gives logits.
    ///
    /// Source: Loaiza-Ganem and Cunningham 2019 (arXiv:1907.06845).
    case continuousBernoulli
    /// Each column is normal around the decoder's output.
    case gaussian(GaussianScale)
    /// Each number of x is one of 256 levels k/255, with the probability that a logistic variable has on [k/256, (k + 1)/256),
    /// the lowest and the highest level open. Any number in [0, 1] is taken for the nearest level.
    ///
    /// Source: Kingma et al. 2016 (arXiv:1606.04934).
    case discretizedLogistic(LogisticScale)
    /// Each column of a table has a family of its own; x is a coded row.
    case columns([ColumnFamily])

    /// Of all families.
    package static let names = ["bernoulli", "continuous_bernoulli", "gaussian", "discretized_logistic", "columns"]

    package var name: String {
        switch self {
        case .bernoulli: "bernoulli"
        case .continuousBernoulli: "continuous_bernoulli"
        case .gaussian: "gaussian"
        case .discretizedLogistic: "discretized_logistic"
        case .columns: "columns"
        }
    }
}

/// Where the standard deviation of a Gaussian likelihood comes from, in the units of the standardised columns.
package enum GaussianScale: Equatable, Sendable {
    case fixed(Double)
    /// One number for each column, σ = floor + softplus(s). The floor keeps the density bounded on constant columns.
    case learned(floor: Double)
    /// One number for all columns. Source: Rybkin et al. 2021 (arXiv:2006.13202).
    case shared(floor: Double)
}

/// Where the scale s of a discretised logistic comes from: s = floor + softplus(raw), in units of [0, 1]. Its standard deviation
/// is π s/√3.
package enum LogisticScale: Equatable, Sendable {
    /// One raw number for each number of x.
    case learned(floor: Double)
    /// Raw numbers behind the locations in the decoder's output, so twice as many in all.
    case perRecord(floor: Double)

    /// From half a level on: below, a level would be nearly certain, and a mean would not be exact.
    package static let floors = 1.0 / 512...1

    package var floor: Double {
        switch self {
        case .learned(let floor), .perRecord(let floor): floor
        }
    }

    package var isPerRecord: Bool {
        if case .perRecord = self { return true }
        return false
    }
}
