internal import CKernels
import Synchronization

/// A pointer to one of the constant tables of CKernels.
@safe struct KernelTable: AtomicRepresentable, @unchecked Sendable {
    // Sendable: the tables are constants of the program.
    private let table: UnsafePointer<elbo_kernels>

    /// The table in use, chosen on first use by what the environment asks for and the CPU has.
    static let current = Atomic<KernelTable>(KernelTable(.preferred))

    /// The functions in use now.
    static var functions: elbo_kernels {
        unsafe current.load(ordering: .acquiring).table.pointee
    }

    init(_ set: InstructionSet) {
        guard let table = unsafe elbo_kernels_for(set.code) else { preconditionFailure("this CPU lacks \(set)") }
        unsafe self.table = table
    }

    private init(table: UnsafePointer<elbo_kernels>) {
        unsafe self.table = table
    }

    typealias AtomicRepresentation = UnsafePointer<elbo_kernels>.AtomicRepresentation

    static func encodeAtomicRepresentation(_ value: consuming KernelTable) -> AtomicRepresentation {
        unsafe UnsafePointer.encodeAtomicRepresentation(value.table)
    }

    static func decodeAtomicRepresentation(_ storage: consuming AtomicRepresentation) -> KernelTable {
        unsafe KernelTable(table: UnsafePointer.decodeAtomicRepresentation(storage))
    }
}
