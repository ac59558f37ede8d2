import Glibc

/// Owns the memory behind matrices; aligned for the widest vector loads.
@safe final class MatrixStorage<Scalar: BinaryFloatingPoint> {
    let base: UnsafeMutablePointer<Scalar>
    private let memory: UnsafeMutableRawPointer

    /// Zeros.
    convenience init(count: Int) {
        self.init(unwritten: count)
        unsafe zero(from: base, count: max(count, 1))
    }

    init(unwritten count: Int) {
        let room = max(count, 1)
        unsafe memory = .allocate(byteCount: room * MemoryLayout<Scalar>.stride, alignment: 64)
        unsafe base = memory.bindMemory(to: Scalar.self, capacity: room)
    }

    /// All bits zero is the number 0.
    func zero(from start: UnsafeMutablePointer<Scalar>, count: Int) {
        unsafe memset(start, 0, count * MemoryLayout<Scalar>.stride)
    }

    deinit { unsafe memory.deallocate() }
}
