import Kernels

/// The shape of a VAE: what `model.json` says under `architecture`.
package struct Architecture: Equatable, Sendable {
    /// Numbers that the encoder sees of one record: the record x itself, or the features of a table's row.
    package let inputDimension: Int
    /// Numbers in one code z.
    package let latentDimension: Int
    /// Hidden layers from x to the two heads μ and log σ².
    package let encoder: [LayerSpecification]
    /// Hidden layers from z to the parameters of p(x given z).
    package let decoder: [LayerSpecification]
    package let likelihood: LikelihoodSpecification

    /// No dimension may exceed this: a typing error in a model file must not allocate all memory.
    package static let largestDimension = 1 << 20

    /// 8 GiB of weights.
    package static let mostParameters = 1 << 31

    /// - Throws: `VAEError.dimensionOutOfRange` naming the part that is empty or too large, or `.tooManyParameters`.
    package init(
        inputDimension: Int, latentDimension: Int, encoder: [LayerSpecification], decoder: [LayerSpecification],
        likelihood: LikelihoodSpecification
    ) throws(VAEError) {
        try Self.check(inputDimension, "input_dimension")
        try Self.check(latentDimension, "latent_dimension")
        for (i, layer) in encoder.enumerated() { try Self.check(layer.units, "encoder[\(i)].units") }
        for (i, layer) in decoder.enumerated() { try Self.check(layer.units, "decoder[\(i)].units") }
        (self.inputDimension, self.latentDimension) = (inputDimension, latentDimension)
        (self.encoder, self.decoder, self.likelihood) = (encoder, decoder, likelihood)
        try Self.check(outputDimension, "likelihood")
        let count = ParameterLayout(self).count
        guard count <= Self.mostParameters else { throw .tooManyParameters(count) }
    }

    /// Numbers that the decoder puts out for one record.
    package var outputDimension: Int {
        if case .columns(let families) = likelihood { return ColumnsLayout(families).outputWidth }
        return inputDimension
    }

    /// Numbers of one record x as it is given and answered: those of a coded row for a table.
    package var recordDimension: Int {
        if case .columns(let families) = likelihood { return families.count }
        return inputDimension
    }

    private static func check(_ dimension: Int, _ name: String) throws(VAEError) {
        guard (1...largestDimension).contains(dimension) else {
            throw .dimensionOutOfRange(name: name, value: dimension)
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

/// The family of p(x given z).
package enum LikelihoodSpecification: Equatable, Sendable {
    /// Each number of x is 0 or 1; the decoder gives logits.
    case bernoulli
    /// Each column is normal around the decoder's output.
    case gaussian(GaussianScale)
    /// Each column of a table has a family of its own; x is a coded row.
    case columns([ColumnFamily])

    package var name: String {
        switch self {
        case .bernoulli: "bernoulli"
        case .gaussian: "gaussian"
        case .columns: "columns"
        }
    }
}

/// Where the standard deviation of a Gaussian likelihood comes from, in the units of the standardised columns.
package enum GaussianScale: Equatable, Sendable {
    case fixed(Double)
    /// One number for each column, σ = floor + softplus(s). The floor keeps the density bounded on constant columns.
    case learned(floor: Double)
}
