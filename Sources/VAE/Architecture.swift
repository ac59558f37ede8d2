import Kernels

/// The shape of a VAE: what `model.json` says under `architecture`.
package struct Architecture: Equatable, Sendable {
    /// Numbers that the encoder sees of one record: the record x itself, or the features of a table's row.
    package let inputDimension: Int
    /// How these numbers lie: an image where the records are images.
    package let input: LayerShape
    /// Numbers in z₁, the code that is nearest to x: in z, where there is no second level.
    package let bottomDimension: Int
    /// Hidden layers from x to the two heads μ and log σ².
    package let encoder: [LayerSpecification]
    /// Hidden layers from z to the parameters of p(x given z).
    package let decoder: [LayerSpecification]
    /// The layer behind them, which gives these parameters.
    package let output: OutputSpecification
    package let likelihood: LikelihoodSpecification
    /// p(z), of the top level where there are two.
    package let prior: PriorSpecification
    /// A second level of latents above z₁; nil for one level.
    package let hierarchy: HierarchySpecification?
    /// A label that encoder and decoder are told; nil for none.
    package let condition: ConditionSpecification?
    /// Whether z = μ(x): a plain autoencoder, without noise and without a KL term.
    package let isDeterministic: Bool

    /// No dimension may exceed this: a typing error in a model file must not allocate all memory.
    package static let largestDimension = 1 << 20

    /// 8 GiB of weights.
    package static let mostParameters = 1 << 31

    /// - Parameter inputShape: of a record, such as `[28, 28]` or, of more channels than one, `[3, 32, 32]`; nil for a vector.
    /// - Throws: `VAEError.dimensionOutOfRange` naming the part that is empty or too large, `.layer` naming the layer that cannot
    ///   stand where it does, or `.tooManyParameters`.
    package init(
        inputDimension: Int, inputShape: [Int]? = nil, latentDimension: Int, encoder: [LayerSpecification],
        decoder: [LayerSpecification], output: OutputSpecification = .dense, likelihood: LikelihoodSpecification,
        prior: PriorSpecification = .standard, hierarchy: HierarchySpecification? = nil,
        condition: ConditionSpecification? = nil, isDeterministic: Bool = false
    ) throws(VAEError) {
        try Self.check(inputDimension, "input_dimension")
        try Self.check(latentDimension, "latent_dimension")
        let shape = inputShape ?? [inputDimension]
        guard Self.count(shape) == inputDimension else {
            throw .tensorShape(name: "input", expected: [inputDimension], got: shape)
        }
        input = LayerShape(record: shape)
        (self.inputDimension, bottomDimension) = (inputDimension, latentDimension)
        (self.encoder, self.decoder, self.output, self.likelihood) = (encoder, decoder, output, likelihood)
        (self.prior, self.hierarchy, self.isDeterministic) = (prior, hierarchy, isDeterministic)
        self.condition = condition
        try Self.check(encoder, "encoder")
        try Self.check(decoder, "decoder")
        let plan = try ChainPlan(encoder, input: input, path: "encoder")
        try checkLatents(features: plan.output.count + conditionDimension)
        try Self.check(outputDimension, "likelihood")
        _ = try ChainPlan(decoderOf: self)
        let count = ParameterLayout(self).count
        guard count <= Self.mostParameters else { throw .tooManyParameters(count) }
    }

    /// The numbers of a shape, or 0 for one that has none or too many.
    private static func count(_ shape: [Int]) -> Int {
        shape.reduce(1) { product, side in
            (1...largestDimension).contains(side) && product <= largestDimension ? product * side : 0
        }
    }

    /// Nothing may grow without limit with the length or the depth of a model file.
    private static func check(_ layers: [LayerSpecification], _ path: String) throws(VAEError) {
        let count = layers.reduce(0) { $0 + $1.definition.layerCount }
        guard count <= LayerLimits.layers else { throw .layer(path: path, .tooManyLayers(LayerLimits.layers)) }
        for (i, layer) in layers.enumerated() where layer.definition.depth > LayerLimits.depth {
            throw .layer(path: "\(path)[\(i)]", .tooDeep(LayerLimits.depth))
        }
    }

    /// Numbers in one code z: both levels, where there are two, z₁ first.
    package var latentDimension: Int { bottomDimension + (hierarchy?.latentDimension ?? 0) }

    /// Numbers of the label's one-hot.
    package var conditionDimension: Int { condition?.levels.count ?? 0 }

    /// Numbers that the decoder takes for one record: z and the label.
    package var decoderDimension: Int { latentDimension + conditionDimension }

    /// Numbers in the level that the prior is of.
    package var topDimension: Int { hierarchy?.latentDimension ?? bottomDimension }

    private func checkLatents(features: Int) throws(VAEError) {
        if case .flow(let couplings, let units) = prior {
            try Self.check(couplings, "prior.couplings", most: 64)
            try Self.check(units, "prior.units")
            // A coupling needs a half to see and a half to move.
            guard topDimension >= 2 else { throw .flowOfOneLatent }
        }
        if let components = prior.components { try Self.check(components, "prior.components") }
        if let hierarchy { try check(hierarchy, features: features) }
        if condition != nil, case .vamp = prior { throw .conditionWithVamp }
        if isDeterministic && (hierarchy != nil || prior != .standard) { throw .deterministicWithPrior }
    }

    private func check(_ hierarchy: HierarchySpecification, features: Int) throws(VAEError) {
        let top = hierarchy.latentDimension
        try Self.check(top, "hierarchy.latent_dimension")
        for (name, layers, inputs) in hierarchy.networks(features: features) {
            try Self.check(layers, "hierarchy.\(name)")
            _ = try ChainPlan(layers, input: .vector(inputs), path: "hierarchy.\(name)")
        }
    }

    /// Numbers that the decoder puts out for one record.
    package var outputDimension: Int {
        switch likelihood {
        case .columns(let families): ColumnsLayout(families).outputWidth
        case .discretizedLogistic(let scale): scale.isPerRecord ? 2 * inputDimension : inputDimension
        case .bernoulli, .continuousBernoulli, .gaussian: inputDimension
        }
    }

    /// The output as an image, where the records are images.
    var outputImage: ImageShape? {
        input.image.map { image in
            let channels = max(outputDimension / image.places, 1)
            return ImageShape(height: image.height, width: image.width, channels: channels)
        }
    }

    /// Numbers of one record x as it is given and answered: those of a coded row for a table.
    package var recordDimension: Int {
        if case .columns(let families) = likelihood { return families.count }
        return inputDimension
    }

    static func check(_ dimension: Int, _ name: String, most: Int = largestDimension) throws(VAEError) {
        guard (1...most).contains(dimension) else {
            throw .dimensionOutOfRange(name: name, value: dimension, most: most)
        }
    }
}
