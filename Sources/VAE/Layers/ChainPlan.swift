import Kernels

/// The layers of a chain with the shapes between them, and the steps from one order of an image's numbers to the other.
struct ChainPlan: Sendable {
    struct Step: Sendable {
        let definition: any LayerDefinition
        /// Of its tensors, behind the chain's name: the place among the layers of `model.json`, or `output`; nil of a step that
        /// is not there.
        let name: String?
        /// As the layer takes it.
        let input: LayerShape
    }

    private(set) var steps: [Step] = []
    private(set) var output: LayerShape
    /// Numbers that all layers give for one record.
    private(set) var numbers = 0

    /// - Parameters:
    ///   - path: before the index, such as `encoder`.
    ///   - end: how the numbers leave; nil as the last layer gives them.
    /// - Throws: `VAEError.layer` with the path of the first layer that cannot stand where it does.
    init(
        _ layers: [LayerSpecification], input: LayerShape, path: String, end: LayerInput? = .flat
    ) throws(VAEError) {
        output = input
        for (i, layer) in layers.enumerated() { try append(layer.definition, name: "\(i)", path: "\(path)[\(i)]") }
        if let end { try arrange(end, path: path) }
    }

    /// Of layers that another plan has found to fit.
    init(valid layers: [LayerSpecification], input: LayerShape, end: LayerInput? = .flat) {
        do {
            try self.init(layers, input: input, path: "", end: end)
        } catch {
            preconditionFailure("\(error)")
        }
    }

    /// The decoder of an architecture with its output layer, whose numbers must be what the likelihood takes.
    init(decoderOf architecture: Architecture) throws(VAEError) {
        let (path, needed) = ("decoder", architecture.outputDimension)
        try self.init(
            architecture.decoder, input: .vector(architecture.decoderDimension), path: path, end: nil)
        let definition = try architecture.output.definition(for: architecture)
        try append(definition, name: "output", path: "output")
        guard output.count == needed, output.image == nil || output.image == architecture.outputImage else {
            throw .layer(path: "output", .outputCount(got: output, needed: needed))
        }
        try arrange(.flat, path: path)
    }

    /// Of an architecture that has been checked.
    init(validDecoderOf architecture: Architecture) {
        do {
            try self.init(decoderOf: architecture)
        } catch {
            preconditionFailure("\(error)")
        }
    }

    init(encoderOf architecture: Architecture) {
        self.init(valid: architecture.encoder, input: architecture.input)
    }

    private mutating func append(_ definition: any LayerDefinition, name: String?, path: String) throws(VAEError) {
        if name != nil { try arrange(definition.input, path: path) }
        let shape = try definition.output(of: output, path: path)
        numbers += shape.count + definition.innerNumbers(of: output)
        guard shape.count <= Architecture.largestDimension else { throw .layer(path: path, .tooLarge(shape)) }
        guard numbers <= LayerLimits.numbers else {
            throw .layer(path: path, .tooManyNumbers(LayerLimits.numbers))
        }
        steps.append(Step(definition: definition, name: name, input: output))
        output = shape
    }

    /// Brings the numbers into the order that a layer asks for.
    private mutating func arrange(_ input: LayerInput, path: String) throws(VAEError) {
        guard let image = output.image else {
            if input == .image { throw .layer(path: path, .needsImage(got: output)) }
            return
        }
        // With one channel or one pixel both orders are the same.
        let isTrivial = image.channels == 1 || image.places == 1
        switch (output, input) {
        case (.planes, .image), (.planes, .either):
            if !isTrivial { try append(ArrangeSpecification(image: image, toPixels: true), name: nil, path: path) }
            output = .image(image)
        case (.image, .flat):
            if !isTrivial { try append(ArrangeSpecification(image: image, toPixels: false), name: nil, path: path) }
            output = .vector(image.count)
        case (.planes, .flat): output = .vector(image.count)
        default: break
        }
    }

    func appendTensors(to layout: inout ParameterLayout, prefix: String) {
        for step in steps {
            step.definition.appendTensors(to: &layout, name: Self.name(prefix, step), input: step.input)
        }
    }

    static func name(_ prefix: String, _ step: Step) -> String { step.name.map { "\(prefix).\($0)" } ?? prefix }
}

extension Architecture {
    /// Numbers that the decoder's layers give for one code, all together: the room of a pass.
    package var decoderNumbers: Int { ChainPlan(validDecoderOf: self).numbers }
}
