/// Nats of a record as bits for each of its numbers, as results on images are compared.
///
///     bits = −log p(x) / (D ln 2) + log₂(levels)
///
/// A probability (Bernoulli, discretised logistic) has no last term. A density (Gaussian, continuous Bernoulli) is that of pixels
/// scaled to [0, 1]; for 8-bit pixels one of the 256 levels takes 1/256 of it, and log p(level) ≈ log p(x) − log 256 for each
/// pixel. It is a bound only where the pixels were dequantised by noise (Theis, van den Oord and Bethge 2016, arXiv:1511.01844).
package struct BitsPerDimension: Equatable, Sendable {
    /// D
    package let numbers: Int
    /// What the change of variables to 8-bit pixels adds: 0 or 8.
    package let offset: Double

    private static let naturalLogarithmOfTwo = 0.693147180559945309417

    /// nil for a table, whose columns have no unit in common.
    ///
    /// - Parameter numbers: of one record, 1 or more.
    package init?(_ likelihood: LikelihoodSpecification, numbers: Int) {
        switch likelihood {
        case .bernoulli, .discretizedLogistic: offset = 0
        case .continuousBernoulli, .gaussian: offset = 8
        case .columns: return nil
        }
        self.numbers = numbers
    }

    /// - Parameter nats: −log p(x), or −ELBO as a bound of it.
    package func callAsFunction(nats: Double) -> Double {
        nats / (Double(numbers) * Self.naturalLogarithmOfTwo) + offset
    }
}

extension Architecture {
    /// nil for a table.
    package var bitsPerDimension: BitsPerDimension? { BitsPerDimension(likelihood, numbers: recordDimension) }
}
