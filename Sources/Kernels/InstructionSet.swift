internal import CKernels
import Glibc
import Synchronization

/// The CPU instructions that the kernels may use. All give the same bits; they differ in speed only.
package enum InstructionSet: String, CaseIterable, Sendable {
    case portable, avx2, avx512

    /// Whether this CPU has these instructions.
    package var isAvailable: Bool { unsafe elbo_kernels_for(code) != nil }

    /// The fastest that this CPU has.
    package static var best: InstructionSet {
        allCases.last { $0.isAvailable } ?? .portable
    }

    /// The environment variable that forces one, by name.
    package static let variable = "ELBO_INSTRUCTION_SET"

    /// What the environment asks for, if this CPU has it, or else the best.
    static var preferred: InstructionSet {
        guard let value = unsafe getenv(variable), let set = unsafe InstructionSet(rawValue: String(cString: value))
        else { return .best }
        return set.isAvailable ? set : .best
    }

    /// The instructions in use: `preferred` until somebody chooses.
    package static var current: InstructionSet {
        get { InstructionSet(rawOrder: selected.load(ordering: .relaxed)) ?? .preferred }
        set {
            precondition(newValue.isAvailable, "this CPU lacks \(newValue)")
            selected.store(newValue.rawOrder, ordering: .relaxed)
            KernelTable.current.store(KernelTable(newValue), ordering: .releasing)
        }
    }

    private static let selected = Atomic<Int>(-1)

    private var rawOrder: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    private init?(rawOrder: Int) {
        guard Self.allCases.indices.contains(rawOrder) else { return nil }
        self = Self.allCases[rawOrder]
    }

    var code: elbo_instruction_set {
        switch self {
        case .portable: ELBO_PORTABLE
        case .avx2: ELBO_AVX2
        case .avx512: ELBO_AVX512
        }
    }
}
