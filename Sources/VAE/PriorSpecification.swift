/// The family of p(z).
package enum PriorSpecification: Equatable, Sendable {
    /// N(0, I)
    case standard
    /// A mixture of diagonal Gaussians, learned with the rest.
    case mixture(components: Int)
    /// The average of the posteriors of learned pseudo-inputs. Source: Tomczak and Welling 2018 (arXiv:1705.07120).
    case vamp(components: Int)

    package var name: String {
        switch self {
        case .standard: "standard_normal"
        case .mixture: "mixture"
        case .vamp: "vamp"
        }
    }

    package var components: Int? {
        switch self {
        case .standard: nil
        case .mixture(let components), .vamp(let components): components
        }
    }
}
