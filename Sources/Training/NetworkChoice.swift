import Kernels
import Records
import VAE

/// What a user may say about the network; what is left open follows from the data.
package struct NetworkChoice: Sendable {
    package enum Family: String, CaseIterable, Sendable {
        /// Of pixels only; columns of two words are always Bernoulli.
        case bernoulli
        /// Of pixels with one σ for each; of numbers in a table with a σ for each cell.
        case gaussian
        /// Of a table, with one σ for each column.
        case sharedGaussian = "shared_gaussian"
        /// Of a table, with a scale for each cell and heavier tails.
        case student = "student_t"
        /// Of a table, whichever of the three fits rows best that training does not see.
        case automatic = "auto"
    }

    /// Widths of the encoder's hidden layers; the decoder has them in reverse.
    package var hidden: [Int]?
    package var latentDimension: Int?
    package var activation = Activation.gelu
    /// Gated layers instead of the activation.
    package var isGated = false
    package var prior = PriorSpecification.standard
    /// Numbers in a second level of latents; nil for one level.
    package var topLatentDimension: Int?
    /// A plain autoencoder.
    package var isDeterministic = false
    /// nil is Bernoulli for images, and `automatic` for tables.
    package var family: Family?
    /// A fixed σ of a Gaussian for pixels; nil learns one for each.
    package var fixedSigma: Double?
    /// The least σ that can be learned, in coded units.
    package var sigmaFloor = 0.05

    package init() {}

    /// - Parameter data: images get a larger network than tables, and Bernoulli pixels.
    package func architecture(for data: TrainingData) throws -> Architecture {
        let widths = hidden ?? (data.schema != nil ? [128, 64] : [512, 256])
        let layers = widths.map { width -> LayerSpecification in
            isGated ? .gatedDense(units: width) : .dense(units: width, activation: activation)
        }
        let dimension = data.schema.map { FeatureMap($0).width } ?? data.values.columns
        return try Architecture(
            inputDimension: dimension, latentDimension: latentDimension ?? Self.latents(data), encoder: layers,
            decoder: layers.reversed(), likelihood: likelihood(data), prior: prior, hierarchy: hierarchy(layers),
            isDeterministic: isDeterministic)
    }

    /// The networks between two levels have one hidden layer, as wide as the encoder's last.
    private func hierarchy(_ layers: [LayerSpecification]) -> HierarchySpecification? {
        topLatentDimension.map { dimension in
            let between = layers.suffix(1)
            return HierarchySpecification(
                latentDimension: dimension, top: [], posterior: Array(between), prior: Array(between))
        }
    }

    private static func latents(_ data: TrainingData) -> Int {
        data.schema == nil ? 32 : min(max((data.values.columns + 3) / 4, 2), 32)
    }

    private func likelihood(_ data: TrainingData) throws(TrainingError) -> LikelihoodSpecification {
        if let schema = data.schema {
            if family == .bernoulli || fixedSigma != nil {
                throw .badOption(
                    name: "likelihood of a table", expected: "gaussian, shared_gaussian, student_t or auto")
            }
            return .columns(families(schema, data.values))
        }
        switch family ?? .bernoulli {
        case .bernoulli: return .bernoulli
        case .gaussian: return .gaussian(fixedSigma.map { .fixed($0) } ?? .learned(floor: sigmaFloor))
        case .sharedGaussian, .student, .automatic:
            throw .badOption(name: "likelihood of images", expected: "bernoulli or gaussian")
        }
    }

    // MARK: Tables

    private func families(_ schema: Schema, _ values: Matrix<Float>) -> [ColumnFamily] {
        // As if each column had one more record, of a level that training did not see.
        let mass = 1 / Double(values.rows + 1)
        return schema.coded.enumerated().map { place, column in
            switch column.kind {
            case .real where column.isDiscrete, .positive where column.isDiscrete:
                .discrete(atoms: column.atomCodes, unknownMass: mass)
            case .real, .positive: numeric(column, (0..<values.rows).map { values[$0, place] })
            case .count: .negativeBinomial(unknownMass: mass)
            case .binary: .bernoulli(unknownMass: mass)
            case .categorical(let levels): .categorical(levels: levels.count, unknownMass: mass)
            case .ordinal(let levels): .ordinal(levels: levels.count, unknownMass: mass)
            case .constant, .ignored: .none
            }
        }
    }

    private func numeric(_ column: Column, _ codes: [Float]) -> ColumnFamily {
        let slab = codes.filter { !column.atomCodes.contains($0) }
        let floor = max(sigmaFloor, NumericFit.roundingError(slab))
        let scale = ColumnScale(isPerRecord: family != .sharedGaussian, floor: floor)
        if !column.atomCodes.isEmpty { return .spiked(atoms: column.atomCodes, scale) }
        return family == .student ? .student(scale, degrees: 4) : .gaussian(scale)
    }
}
