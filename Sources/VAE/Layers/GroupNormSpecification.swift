import Kernels

/// f(γ (x − mean) / √(variance + 10⁻⁵) + β), the moments over all pixels of a group of channels of one record.
///
/// Source: Wu and He 2018 (arXiv:1803.08494). With no number of groups it is layer normalisation (Ba, Kiros and Hinton 2016,
/// arXiv:1607.06450): the moments over all numbers of one record.
package struct GroupNormSpecification: LayerDefinition, Equatable {
    package enum Extent: Equatable, Sendable {
        /// γ and β for each channel, as PyTorch's `GroupNorm`.
        case groups(Int)
        /// γ and β for each number, as PyTorch's `LayerNorm` over `[C, H, W]`.
        case record
    }

    package let extent: Extent
    package let activation: Activation

    package init(_ extent: Extent, activation: Activation = .identity) {
        (self.extent, self.activation) = (extent, activation)
    }

    var input: LayerInput { .either }

    func output(of input: LayerShape, path: String) throws(VAEError) -> LayerShape {
        guard case .groups(let groups) = extent else { return input }
        let channels = input.image?.channels ?? input.count
        try LayerLimits.check("groups", groups, at: path)
        guard channels.isMultiple(of: groups) else { throw .layer(path: path, .groups(groups, channels: channels)) }
        return input
    }

    func appendTensors(to layout: inout ParameterLayout, name: String, input: LayerShape) {
        let shape = tensorShape(input)
        layout.append("\(name).weight", shape: shape, .constant(1))
        layout.append("\(name).bias", shape: shape)
    }

    private func tensorShape(_ input: LayerShape) -> [Int] {
        guard let image = input.image else { return [input.count] }
        return extent == .record ? [image.channels, image.height, image.width] : [image.channels]
    }

    func layer<Scalar: KernelScalar>(
        name: String, input: LayerShape, in parameters: Parameters<Scalar>
    ) -> any Layer<Scalar> {
        let (places, channels) = (input.image?.places ?? 1, input.image?.channels ?? input.count)
        let count = if case .groups(let groups) = extent { groups } else { 1 }
        let groups = ChannelGroups(places: places, channels: channels, groups: count)
        return GroupNormLayer(
            groups: groups, affine: RecordAffine(name, groups, in: parameters), activation: activation)
    }
}
