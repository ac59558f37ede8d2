import VAE

/// Latents and their prior as people read them.
enum LatentText {
    static func levels(_ architecture: Architecture) -> String {
        guard let hierarchy = architecture.hierarchy else { return "\(architecture.latentDimension)" }
        return "\(architecture.bottomDimension) below \(hierarchy.latentDimension)"
    }

    static func prior(_ architecture: Architecture) -> String {
        if architecture.isDeterministic { return "none: a plain autoencoder" }
        let top =
            switch architecture.prior {
            case .standard: "N(0, I)"
            case .mixture(let components): "mixture of \(Text.counted(components, "Gaussian"))"
            case .vamp(let components): "posteriors of \(Text.counted(components, "pseudo-input"))"
            case .flow(let couplings, let units):
                "flow of \(Text.counted(couplings, "coupling")) of \(Text.grouped(units)) units"
            }
        return architecture.hierarchy == nil ? top : "\(top), and a network from the upper level to the lower"
    }
}
