/// Owns the memory behind matrices; aligned for the widest vector loads.
@safe final class MatrixStorage<Scalar> {
    let base: UnsafeMutablePointer<Scalar>
    private let memory: UnsafeMutableRawPointer

    init(count: Int) where Scalar: BinaryFloatingPoint {
        unsafe memory = .allocate(byteCount: max(count, 1) * MemoryLayout<Scalar>.stride, alignment: 64)
        unsafe base = memory.bindMemory(to: Scalar.self, capacity: max(count, 1))
        unsafe base.initialize(repeating: 0, count: max(count, 1))
    }

    deinit { unsafe memory.deallocate() }
}
