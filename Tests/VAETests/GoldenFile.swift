import Files
import JSON
import Kernels

/// Reference values of `Fixtures/vae_golden.json`, computed with 50 digits by mpmath.
enum GoldenFile {
    static func cases(_ family: String) throws -> [JSONElement] {
        try Array(member(family).elements())
    }

    static func member(_ name: String) throws -> JSONElement {
        let folder = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(2).joined(
            separator: "/")
        return try JSONDocument(FileSystem.read("\(folder)/Fixtures/vae_golden.json")).root.member(name)
    }
}

extension JSONElement {
    /// A row of numbers, rounded to the precision.
    func row<Scalar: KernelScalar>(_ key: String, _: Scalar.Type) throws -> Matrix<Scalar> {
        try Matrix(member(key).doubles().map { Scalar($0) })
    }

    func number(_ key: String) throws -> Double { try member(key).double() }

    /// Words in hexadecimal, as the generator's authors print them.
    func words(_ key: String) throws -> [UInt32] {
        try member(key).strings().map { text in UInt32(text, radix: 16) ?? 0 }
    }
}

/// Whether a number computed in `Scalar` is the reference, by the tolerances that the file names.
func isGolden<Scalar: KernelScalar>(_ got: Double, _ expected: Double, in _: Scalar.Type) -> Bool {
    let error = abs(got - expected)
    if Scalar.self == Float.self { return error <= max(2e-6 * abs(expected), 1e-5) }
    return error <= 1e-12 * abs(expected)
}
