/// The family of p(z).
package enum PriorSpecification: Equatable, Sendable {
    /// N(0, I)
    case standard
    /// A mixture of diagonal Gaussians, learned with the rest.
    case mixture(components: Int)
    /// The average of the posteriors of learned pseudo-inputs. Source: Tomczak and Welling 2018 (arXiv:1705.07120).
    case vamp(components: Int)
    /// N(0, I) seen through invertible couplings of half of the latents to the other half, learned with the rest, each by a
    /// network of two hidden layers. Source: Dinh, Sohl-Dickstein and Bengio 2017 (arXiv:1605.08803).
    case flow(couplings: Int, units: Int)

    package var name: String {
        switch self {
        case .standard: "standard_normal"
        case .mixture: "mixture"
        case .vamp: "vamp"
        case .flow: "flow"
        }
    }

    /// Of a mixture.
    package var components: Int? {
        switch self {
        case .standard, .flow: nil
        case .mixture(let components), .vamp(let components): components
        }
    }
}
