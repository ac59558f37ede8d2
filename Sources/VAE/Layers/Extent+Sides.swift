import Kernels

extension Extent {
    /// For messages and for PyTorch's order: height, width.
    package var sides: [Int] { [height, width] }
}
