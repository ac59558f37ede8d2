/// Normalisation of each column by moments over rows: y = γ (x − mean)/√(variance + ε) + β. Over `[rows · places, channels]` this is
/// batch normalisation.
///
/// Source: Ioffe and Szegedy 2015 (arXiv:1502.03167).
package struct ColumnNormalisation<Scalar: KernelScalar>: Sendable {
    /// `[1, columns]`
    package let moments: Moments<Scalar>
    package let affine: Affine<Scalar>

    package init(_ moments: Moments<Scalar>, _ affine: Affine<Scalar>) {
        precondition(moments.mean.count == affine.gamma.count)
        (self.moments, self.affine) = (moments, affine)
    }
}
