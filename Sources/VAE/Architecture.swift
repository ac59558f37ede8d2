import Kernels

/// The shape of a VAE: what `model.json` says under `architecture`.
package struct Architecture: Equatable, Sendable {
    /// Numbers that the encoder sees of one record: the record x itself, or the features of a table's row.
    package let inputDimension: Int
    /// Numbers in z₁, the code that is nearest to x: in z, where there is no second level.
    package let bottomDimension: Int
    /// Hidden layers from x to the two heads μ and log σ².
    package let encoder: [LayerSpecification]
    /// Hidden layers from z to the parameters of p(x given z).
    package let decoder: [LayerSpecification]
    package let likelihood: LikelihoodSpecification
    /// p(z), of the top level where there are two.
    package let prior: PriorSpecification
    /// A second level of latents above z₁; nil for one level.
    package let hierarchy: HierarchySpecification?
    /// Whether z = μ(x): a plain autoencoder, without noise and without a KL term.
    package let isDeterministic: Bool

    /// No dimension may exceed this: a typing error in a model file must not allocate all memory.
    package static let largestDimension = 1 << 20

    /// 8 GiB of weights.
    package static let mostParameters = 1 << 31

    /// - Throws: `VAEError.dimensionOutOfRange` naming the part that is empty or too large, or `.tooManyParameters`.
    package init(
        inputDimension: Int, latentDimension: Int, encoder: [LayerSpecification], decoder: [LayerSpecification],
        likelihood: LikelihoodSpecification, prior: PriorSpecification = .standard,
        hierarchy: HierarchySpecification? = nil, isDeterministic: Bool = false
    ) throws(VAEError) {
        try Self.check(inputDimension, "input_dimension")
        try Self.check(latentDimension, "latent_dimension")
        for (i, layer) in encoder.enumerated() { try Self.check(layer.units, "encoder[\(i)].units") }
        for (i, layer) in decoder.enumerated() { try Self.check(layer.units, "decoder[\(i)].units") }
        (self.inputDimension, bottomDimension) = (inputDimension, latentDimension)
        (self.encoder, self.decoder, self.likelihood) = (encoder, decoder, likelihood)
        (self.prior, self.hierarchy, self.isDeterministic) = (prior, hierarchy, isDeterministic)
        try checkLatents()
        try Self.check(outputDimension, "likelihood")
        let count = ParameterLayout(self).count
        guard count <= Self.mostParameters else { throw .tooManyParameters(count) }
    }

    /// Numbers in one code z: both levels, where there are two, z₁ first.
    package var latentDimension: Int { bottomDimension + (hierarchy?.latentDimension ?? 0) }

    /// Numbers in the level that the prior is of.
    package var topDimension: Int { hierarchy?.latentDimension ?? bottomDimension }

    /// The width of the encoder's last hidden layer.
    var featureDimension: Int { encoder.last?.units ?? inputDimension }

    private func checkLatents() throws(VAEError) {
        if case .flow(let couplings, let units) = prior {
            try Self.check(couplings, "prior.couplings", most: 64)
            try Self.check(units, "prior.units")
            // A coupling needs a half to see and a half to move.
            guard topDimension >= 2 else { throw .flowOfOneLatent }
        }
        if let components = prior.components { try Self.check(components, "prior.components") }
        if let hierarchy {
            try Self.check(hierarchy.latentDimension, "hierarchy.latent_dimension")
            for (name, layers) in hierarchy.networks {
                for (i, layer) in layers.enumerated() { try Self.check(layer.units, "hierarchy.\(name)[\(i)].units") }
            }
        }
        if isDeterministic && (hierarchy != nil || prior != .standard) { throw .deterministicWithPrior }
    }

    /// Numbers that the decoder puts out for one record.
    package var outputDimension: Int {
        switch likelihood {
        case .columns(let families): ColumnsLayout(families).outputWidth
        case .discretizedLogistic(let scale): scale.isPerRecord ? 2 * inputDimension : inputDimension
        case .bernoulli, .continuousBernoulli, .gaussian: inputDimension
        }
    }

    /// Numbers of one record x as it is given and answered: those of a coded row for a table.
    package var recordDimension: Int {
        if case .columns(let families) = likelihood { return families.count }
        return inputDimension
    }

    private static func check(
        _ dimension: Int, _ name: String, most: Int = largestDimension
    ) throws(VAEError) {
        guard (1...most).contains(dimension) else {
            throw .dimensionOutOfRange(name: name, value: dimension, most: most)
        }
    }
}

/// One hidden layer.
package enum LayerSpecification: Equatable, Sendable {
    /// f(W x + b)
    case dense(units: Int, activation: Activation)
    /// (V x + c) ⊙ sigmoid(G x + d). Source: Dauphin et al. 2017 (arXiv:1612.08083).
    case gatedDense(units: Int)

    package var units: Int {
        switch self {
        case .dense(let units, _), .gatedDense(let units): units
        }
    }
}
