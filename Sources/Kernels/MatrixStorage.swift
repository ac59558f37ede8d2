import Glibc

/// Owns the memory behind matrices; aligned for the widest vector loads.
@safe final class MatrixStorage<Scalar: BinaryFloatingPoint> {
    let base: UnsafeMutablePointer<Scalar>
    private let memory: UnsafeMutableRawPointer

    init(count: Int) {
        let room = max(count, 1)
        unsafe memory = .allocate(byteCount: room * MemoryLayout<Scalar>.stride, alignment: 64)
        unsafe base = memory.bindMemory(to: Scalar.self, capacity: room)
        unsafe zero(from: base, count: room)
    }

    /// All bits zero is the number 0.
    func zero(from start: UnsafeMutablePointer<Scalar>, count: Int) {
        unsafe memset(start, 0, count * MemoryLayout<Scalar>.stride)
    }

    deinit { unsafe memory.deallocate() }
}
