/// Where each tensor of an architecture lies in one flat vector, under its PyTorch state-dict name.
package struct ParameterLayout: Equatable, Sendable {
    package struct Entry: Equatable, Sendable {
        package let name: String
        /// `[outputs, inputs]` of a weight, `[outputs]` of a bias.
        package let shape: [Int]
        package let start: Int

        package var count: Int { shape.reduce(1, *) }
        var rows: Int { shape.count == 2 ? shape[0] : 1 }
        var columns: Int { shape[shape.count - 1] }
    }

    package private(set) var entries: [Entry] = []
    package private(set) var count = 0

    package init(_ architecture: Architecture) {
        let (x, z) = (architecture.inputDimension, architecture.bottomDimension)
        let hidden = append(architecture.encoder, prefix: "encoder", inputs: x)
        if let hierarchy = architecture.hierarchy {
            let top = hierarchy.latentDimension
            appendGaussian(hierarchy.top, prefix: "top", inputs: hidden, outputs: top)
            appendGaussian(hierarchy.posterior, prefix: "posterior", inputs: hidden + top, outputs: z)
            appendGaussian(hierarchy.prior, prefix: "conditional_prior", inputs: top, outputs: z)
        } else {
            appendHeads("encoder", inputs: hidden, outputs: z, isDeterministic: architecture.isDeterministic)
        }
        append(architecture.prior, architecture)
        let last = append(architecture.decoder, prefix: "decoder", inputs: architecture.latentDimension)
        appendDense("decoder.output", inputs: last, outputs: architecture.outputDimension)
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

    /// Appends a list of layers and returns the width of the last.
    private mutating func append(_ layers: [LayerSpecification], prefix: String, inputs: Int) -> Int {
        var width = inputs
        for (i, layer) in layers.enumerated() {
            switch layer {
            case .dense(let units, _): appendDense("\(prefix).\(i)", inputs: width, outputs: units)
            case .gatedDense(let units):
                appendDense("\(prefix).\(i).value", inputs: width, outputs: units)
                appendDense("\(prefix).\(i).gate", inputs: width, outputs: units)
            }
            width = layer.units
        }
        return width
    }

    /// Layers and the two heads of a Gaussian.
    private mutating func appendGaussian(_ layers: [LayerSpecification], prefix: String, inputs: Int, outputs: Int) {
        let hidden = append(layers, prefix: prefix, inputs: inputs)
        appendHeads(prefix, inputs: hidden, outputs: outputs)
    }

    private mutating func appendHeads(_ prefix: String, inputs: Int, outputs: Int, isDeterministic: Bool = false) {
        appendDense("\(prefix).mean", inputs: inputs, outputs: outputs)
        if !isDeterministic { appendDense("\(prefix).log_variance", inputs: inputs, outputs: outputs) }
    }

    private mutating func append(_ prior: PriorSpecification, _ architecture: Architecture) {
        switch prior {
        case .standard: break
        case .mixture(let components):
            append("prior.mean", shape: [components, architecture.topDimension])
            append("prior.log_variance", shape: [components, architecture.topDimension])
            append("prior.weight", shape: [components])
        case .flow(let couplings, let units):
            let layers = FlowPrior<Float>.layers(units: units)
            let (seen, moved) = FlowPrior<Float>.halves(architecture.topDimension)
            for i in 0..<couplings { appendGaussian(layers, prefix: "prior.\(i)", inputs: seen, outputs: moved) }
        case .vamp(let components): append("prior.pseudo_inputs", shape: [components, architecture.inputDimension])
        }
    }

    private mutating func appendDense(_ name: String, inputs: Int, outputs: Int) {
        append("\(name).weight", shape: [outputs, inputs])
        append("\(name).bias", shape: [outputs])
    }

    private mutating func append(_ name: String, shape: [Int]) {
        entries.append(Entry(name: name, shape: shape, start: count))
        count += shape.reduce(1, *)
    }
}
