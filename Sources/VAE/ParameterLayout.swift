/// Where each tensor of an architecture lies in one flat vector, under its PyTorch state-dict name.
package struct ParameterLayout: Equatable, Sendable {
    package struct Entry: Equatable, Sendable {
        package let name: String
        /// `[outputs, inputs]` of a dense weight, `[outputs]` of a bias; of the others as PyTorch has them.
        package let shape: [Int]
        package let start: Int
        /// Its numbers before training.
        package let beginning: Beginning

        package var count: Int { shape.reduce(1, *) }
        var rows: Int { shape.count >= 2 ? shape[0] : 1 }
        var columns: Int { shape.dropFirst(shape.count >= 2 ? 1 : 0).reduce(1, *) }
    }

    /// The numbers of a tensor before training.
    package enum Beginning: Equatable, Sendable {
        case constant(Float)
        /// Normal with variance gain² · 2 / (fanIn + fanOut), given the sum.
        ///
        /// Source: Glorot and Bengio 2010, "Understanding the difficulty of training deep feedforward neural networks".
        case glorot(fans: Int, gain: Float = 1)
        /// N(0, 1)
        case normal
    }

    package private(set) var entries: [Entry] = []
    package private(set) var count = 0

    package init(_ architecture: Architecture) {
        let x = architecture.inputDimension
        let encoder = ChainPlan(encoderOf: architecture)
        encoder.appendTensors(to: &self, prefix: "encoder")
        appendPosteriors(architecture, features: encoder.output.count + architecture.conditionDimension)
        appendPrior(architecture)
        ChainPlan(validDecoderOf: architecture).appendTensors(to: &self, prefix: "decoder")
        switch architecture.likelihood {
        case .bernoulli, .continuousBernoulli, .gaussian(.fixed), .discretizedLogistic(.perRecord): break
        case .gaussian(.learned), .discretizedLogistic(.learned): append("likelihood.scale", shape: [x])
        case .gaussian(.shared): append("likelihood.scale", shape: [1])
        case .columns(let families):
            for group in ColumnsLayout(families).groups {
                if let tensor = group.tensor { append(tensor.name, shape: [tensor.count]) }
            }
        }
    }

    /// The entry of a tensor that the architecture has.
    package subscript(name: String) -> Entry? { entries.first { $0.name == name } }

    /// Whether PyTorch's count of the batches that a batch normalisation has seen; it says nothing of the model.
    package func isBatchCount(_ name: String) -> Bool {
        let suffix = "num_batches_tracked"
        return name.hasSuffix(".\(suffix)") && self[name.dropLast(suffix.count) + "running_var"] != nil
    }

    private mutating func appendPosteriors(_ architecture: Architecture, features: Int) {
        let z = architecture.bottomDimension
        guard let hierarchy = architecture.hierarchy else {
            return appendHeads("encoder", inputs: features, outputs: z, isDeterministic: architecture.isDeterministic)
        }
        let top = hierarchy.latentDimension
        appendGaussian(hierarchy.top, prefix: "top", inputs: features, outputs: top)
        appendGaussian(hierarchy.posterior, prefix: "posterior", inputs: features + top, outputs: z)
        appendGaussian(hierarchy.prior, prefix: "conditional_prior", inputs: top, outputs: z)
    }

    private mutating func appendPrior(_ architecture: Architecture) {
        let latents = architecture.topDimension
        switch architecture.prior {
        case .standard: break
        case .mixture(let components):
            // The components start where N(0, I) has its mass, each as wide as that.
            append("prior.mean", shape: [components, latents], .normal)
            append("prior.log_variance", shape: [components, latents])
            append("prior.weight", shape: [components])
        case .vamp(let components): append("prior.pseudo_inputs", shape: [components, architecture.inputDimension])
        case .flow(let couplings, let units):
            let layers = FlowPrior<Float>.layers(units: units)
            let (seen, moved) = FlowPrior<Float>.halves(latents)
            // Couplings start near the identity.
            for i in 0..<couplings {
                appendGaussian(layers, prefix: "prior.\(i)", inputs: seen, outputs: moved, gains: (0.01, 0.01))
            }
        }
    }

    /// Layers and the two heads of a Gaussian.
    private mutating func appendGaussian(
        _ layers: [LayerSpecification], prefix: String, inputs: Int, outputs: Int,
        gains: (mean: Float, logVariance: Float) = (1, 0.1)
    ) {
        let plan = ChainPlan(valid: layers, input: .vector(inputs))
        plan.appendTensors(to: &self, prefix: prefix)
        appendHeads(prefix, inputs: plan.output.count, outputs: outputs, gains: gains)
    }

    /// A small head for log σ² starts a posterior at σ ≈ 1, where the KL term is calm.
    private mutating func appendHeads(
        _ prefix: String, inputs: Int, outputs: Int, gains: (mean: Float, logVariance: Float) = (1, 0.1),
        isDeterministic: Bool = false
    ) {
        appendDense("\(prefix).mean", inputs: inputs, outputs: outputs, gain: gains.mean)
        if isDeterministic { return }
        appendDense("\(prefix).log_variance", inputs: inputs, outputs: outputs, gain: gains.logVariance)
    }

    mutating func appendDense(_ name: String, inputs: Int, outputs: Int, gain: Float = 1) {
        append("\(name).weight", shape: [outputs, inputs], .glorot(fans: inputs + outputs, gain: gain))
        append("\(name).bias", shape: [outputs])
    }

    mutating func append(_ name: String, shape: [Int], _ beginning: Beginning = .constant(0)) {
        entries.append(Entry(name: name, shape: shape, start: count, beginning: beginning))
        count += shape.reduce(1, *)
    }
}
