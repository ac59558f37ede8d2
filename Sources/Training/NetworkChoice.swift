import Kernels
import ModelStorage
import Records
import VAE

/// What a user may say about the network; what is left open follows from the data.
package struct NetworkChoice: Sendable {
    package enum Family: String, CaseIterable, Sendable {
        /// Of pixels only, which are drawn as 0 or 1; columns of two words are always Bernoulli.
        case bernoulli
        /// Of pixels only, grey ones.
        case continuousBernoulli = "continuous_bernoulli"
        /// Of pixels only, as one of 256 levels.
        case discretizedLogistic = "discretized_logistic"
        /// Of pixels with one σ for each, or for all; of numbers in a table with a σ for each cell.
        case gaussian
        /// Of a table, with one σ for each column.
        case sharedGaussian = "shared_gaussian"
        /// Of a table, with a scale for each cell and heavier tails.
        case student = "student_t"
        /// Of a table, whichever of the three fits rows best that training does not see.
        case automatic = "auto"
    }

    /// Where the scale of pixels comes from.
    package enum PixelScale: Equatable, Sendable {
        case fixed(Double)
        /// One for each pixel.
        case learned
        /// One for all pixels.
        case shared
        /// One for each pixel of each record, from the decoder.
        case perRecord
    }

    /// All layers, as a file gave them; what follows about layers and latents then has no say.
    package var description: NetworkDescription?
    /// Convolutions instead of `hidden`, for images.
    package var isConvolutional = false
    /// Widths of the encoder's hidden layers; the decoder has them in reverse.
    package var hidden: [Int]?
    package var latentDimension: Int?
    package var activation = Activation.gelu
    /// Gated layers instead of the activation.
    package var isGated = false
    /// nil is what the file of layers says, else N(0, I).
    package var prior: PriorSpecification?
    /// Numbers in a second level of latents; nil for one level.
    package var topLatentDimension: Int?
    /// A plain autoencoder.
    package var isDeterministic = false
    /// nil is Bernoulli for images, and `automatic` for tables.
    package var family: Family?
    /// Of Gaussian or logistic pixels; nil is `learned`.
    package var pixelScale: PixelScale?
    /// The least σ that can be learned, in coded units; nil is 0.05, or half a level of logistic pixels.
    package var sigmaFloor: Double?

    private static let usualFloor = 0.05

    package init() {}

    /// - Parameter data: images get a larger network than tables, and Bernoulli pixels.
    package func architecture(for data: TrainingData) throws -> Architecture {
        let dimension = data.schema.map { FeatureMap($0).width } ?? data.values.columns
        var network = try layers(data)
        if let prior { network.prior = prior }
        if let topLatentDimension { network.hierarchy = Self.hierarchy(topLatentDimension, activation) }
        if isDeterministic { network.isDeterministic = true }
        // Written by the data, whatever levels a file of layers has.
        if network.condition != nil, data.condition == nil { throw TrainingError.noLabels }
        network.condition = data.condition
        return try network.architecture(
            inputDimension: dimension, inputShape: data.schema == nil ? data.inputShape : nil,
            likelihood: likelihood(data))
    }

    /// A second level whose networks have one hidden layer each.
    private static func hierarchy(_ dimension: Int, _ activation: Activation) -> HierarchySpecification {
        let layers = [LayerSpecification.dense(units: 256, activation: activation)]
        return HierarchySpecification(latentDimension: dimension, top: [], posterior: layers, prior: layers)
    }

    private func layers(_ data: TrainingData) throws(TrainingError) -> NetworkDescription {
        if let description { return description }
        let latents = latentDimension ?? Self.latents(data)
        if isConvolutional {
            guard data.schema == nil, data.inputShape.count == 2 || data.inputShape.count == 3,
                let network = ConvolutionalNetwork(inputShape: data.inputShape)
            else {
                throw .badOption(name: "data of --convolutional", expected: "images of 4 × 4 pixels or more")
            }
            return network.description(latentDimension: latents, activation: activation)
        }
        let widths = hidden ?? (data.schema != nil ? [128, 64] : [512, 256])
        let layers = widths.map { width -> LayerSpecification in
            isGated ? .gatedDense(units: width) : .dense(units: width, activation: activation)
        }
        return NetworkDescription(latentDimension: latents, encoder: layers, decoder: layers.reversed())
    }

    private static func latents(_ data: TrainingData) -> Int {
        data.schema == nil ? 32 : min(max((data.values.columns + 3) / 4, 2), 32)
    }

    private func likelihood(_ data: TrainingData) throws(TrainingError) -> LikelihoodSpecification {
        if let schema = data.schema {
            if pixelScale != nil || family.map(Self.pixelFamilies.contains) == true {
                throw .badOption(
                    name: "likelihood of a table", expected: "gaussian, shared_gaussian, student_t or auto")
            }
            return .columns(families(schema, data.values))
        }
        switch family ?? .bernoulli {
        case .bernoulli:
            try refuseScale("bernoulli")
            return .bernoulli
        case .continuousBernoulli:
            try refuseScale("continuous_bernoulli")
            return .continuousBernoulli
        case .gaussian: return try .gaussian(gaussianScale())
        case .discretizedLogistic: return try .discretizedLogistic(logisticScale())
        case .sharedGaussian, .student, .automatic:
            throw .badOption(
                name: "likelihood of images",
                expected: "bernoulli, continuous_bernoulli, discretized_logistic or gaussian")
        }
    }

    // MARK: Images

    private static let pixelFamilies: [Family] = [.bernoulli, .continuousBernoulli, .discretizedLogistic]

    private func refuseScale(_ family: String) throws(TrainingError) {
        if pixelScale != nil { throw .badOption(name: "σ of \(family) pixels", expected: "left out: they have none") }
    }

    private func gaussianScale() throws(TrainingError) -> GaussianScale {
        let floor = sigmaFloor ?? Self.usualFloor
        switch pixelScale ?? .learned {
        case .fixed(let sigma): return .fixed(sigma)
        case .learned: return .learned(floor: floor)
        case .shared: return .shared(floor: floor)
        case .perRecord:
            throw .badOption(name: "σ of gaussian pixels", expected: "a number, learned or shared")
        }
    }

    private func logisticScale() throws(TrainingError) -> LogisticScale {
        let floors = LogisticScale.floors
        let floor = sigmaFloor ?? floors.lowerBound
        guard floors.contains(floor) else {
            throw .badOption(
                name: "least scale of discretized_logistic pixels",
                expected: "from \(floors.lowerBound) to \(floors.upperBound)")
        }
        switch pixelScale ?? .learned {
        case .learned: return .learned(floor: floor)
        case .perRecord: return .perRecord(floor: floor)
        case .fixed, .shared:
            throw .badOption(name: "scale of discretized_logistic pixels", expected: "learned or per_record")
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
        let floor = max(sigmaFloor ?? Self.usualFloor, NumericFit.roundingError(slab))
        let scale = ColumnScale(isPerRecord: family != .sharedGaussian, floor: floor)
        if !column.atomCodes.isEmpty { return .spiked(atoms: column.atomCodes, scale) }
        return family == .student ? .student(scale, degrees: 4) : .gaussian(scale)
    }
}
