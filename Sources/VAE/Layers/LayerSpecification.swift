import Kernels

/// One layer, as `model.json` says it.
package enum LayerSpecification: Equatable, Sendable {
    case dense(DenseSpecification)
    case gatedDense(GatedDenseSpecification)
    case convolution(ConvolutionSpecification)
    case pool(PoolSpecification)
    case upsample(UpsampleSpecification)
    case batchNorm(BatchNormSpecification)
    case groupNorm(GroupNormSpecification)
    case activation(ActivationSpecification)
    case flatten
    case reshape(ReshapeSpecification)
    case dropout(DropoutSpecification)
    case residual(ResidualSpecification)

    var definition: any LayerDefinition {
        switch self {
        case .dense(let layer): layer
        case .gatedDense(let layer): layer
        case .convolution(let layer): layer
        case .pool(let layer): layer
        case .upsample(let layer): layer
        case .batchNorm(let layer): layer
        case .groupNorm(let layer): layer
        case .activation(let layer): layer
        case .flatten: FlattenSpecification()
        case .reshape(let layer): layer
        case .dropout(let layer): layer
        case .residual(let layer): layer
        }
    }
}

extension LayerSpecification {
    /// f(W x + b)
    package static func dense(units: Int, activation: Activation) -> LayerSpecification {
        .dense(DenseSpecification(units: units, activation: activation))
    }

    package static func gatedDense(units: Int) -> LayerSpecification {
        .gatedDense(GatedDenseSpecification(units: units))
    }

    /// f of a convolution with the same window both ways.
    package static func convolution(
        channels: Int, kernel: Int, stride: Int = 1, padding: Int = 0, activation: Activation
    ) -> LayerSpecification {
        .convolution(
            ConvolutionSpecification(
                channels: channels, window: WindowSpecification(kernel, stride: stride, padding: padding),
                nonlinearity: .activation(activation)))
    }

    /// f of a transposed convolution with the same window both ways.
    package static func transposedConvolution(
        channels: Int, kernel: Int, stride: Int = 1, padding: Int = 0, activation: Activation
    ) -> LayerSpecification {
        .convolution(
            ConvolutionSpecification(
                channels: channels, window: WindowSpecification(kernel, stride: stride, padding: padding),
                direction: .transposed(outputPadding: Extent(0)), nonlinearity: .activation(activation)))
    }

    package static func pool(
        _ measure: PoolSpecification.Measure, size: Int, stride: Int, padding: Int = 0
    ) -> LayerSpecification {
        .pool(PoolSpecification(measure, window: WindowSpecification(size, stride: stride, padding: padding)))
    }

    package static func upsample(factor: Int) -> LayerSpecification { .upsample(UpsampleSpecification(factor: factor)) }

    package static func batchNorm(_ activation: Activation = .identity) -> LayerSpecification {
        .batchNorm(BatchNormSpecification(activation: activation))
    }

    package static func groupNorm(groups: Int, _ activation: Activation = .identity) -> LayerSpecification {
        .groupNorm(GroupNormSpecification(.groups(groups), activation: activation))
    }

    package static func layerNorm(_ activation: Activation = .identity) -> LayerSpecification {
        .groupNorm(GroupNormSpecification(.record, activation: activation))
    }

    package static func activation(_ activation: Activation) -> LayerSpecification {
        .activation(ActivationSpecification(activation))
    }

    package static func reshape(channels: Int, height: Int, width: Int) -> LayerSpecification {
        .reshape(ReshapeSpecification(channels: channels, height: height, width: width))
    }

    package static func dropout(rate: Double) -> LayerSpecification { .dropout(DropoutSpecification(rate: rate)) }

    package static func residual(
        _ layers: [LayerSpecification], activation: Activation = .identity
    ) -> LayerSpecification {
        .residual(ResidualSpecification(layers, activation: activation))
    }
}
