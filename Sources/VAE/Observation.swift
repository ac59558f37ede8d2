import Kernels

/// Records as a network takes them: what the encoder sees, and what the likelihood is taken of.
///
/// For plain vectors both are the record itself.
package struct Observation<Scalar: KernelScalar>: Sendable {
    /// `[rows, inputDimension]`
    package let features: Matrix<Scalar>
    /// `[rows, targetWidth]`: the columns of a coded row in the order of the likelihood's groups.
    package let targets: Matrix<Scalar>

    /// One-hots of the labels, `[rows, levels]`; nil for a model without a condition.
    package let condition: Matrix<Scalar>?

    package init(features: Matrix<Scalar>, targets: Matrix<Scalar>, condition: Matrix<Scalar>? = nil) {
        precondition(features.rows == targets.rows && condition?.rows ?? features.rows == features.rows)
        (self.features, self.targets, self.condition) = (features, targets, condition)
    }

    /// Plain vectors.
    package init(_ x: Matrix<Scalar>) {
        self.init(features: x, targets: x)
    }

    /// The same records with labels.
    package func conditioned(on condition: Matrix<Scalar>?) -> Observation {
        Observation(features: features, targets: targets, condition: condition)
    }

    package var rows: Int { features.rows }

    /// Whether the likelihood is taken of other numbers than the encoder sees.
    package var hasTargets: Bool { !features.isSameMemory(as: targets) }

    package func rows(_ range: Range<Int>) -> Observation {
        Observation(
            features: features.rows(range), targets: targets.rows(range), condition: condition?.rows(range))
    }

    package func prefix(_ count: Int) -> Observation { rows(0..<count) }
}
