import ArgumentParser
import Training

/// From the text of flags to choices.
extension Train {
    static func pixelScale(_ text: String) throws -> NetworkChoice.PixelScale {
        switch text {
        case "learned": return .learned
        case "shared": return .shared
        case "per_record": return .perRecord
        default:
            guard let sigma = Double(text) else {
                throw ValidationError("--sigma must be a number, learned, shared or per_record, not '\(text)'")
            }
            try checkSigma(sigma, "--sigma")
            return .fixed(sigma)
        }
    }

    static func checkSigma(_ value: Double, _ flag: String) throws {
        guard value > 1e-6, value < 1e6 else {
            throw ValidationError("\(flag) must be from 1e-6 to 1e6, not \(value)")
        }
    }

    static func widths(_ text: String) throws -> [Int] {
        if text == "none" { return [] }
        return try text.split(separator: ",", omittingEmptySubsequences: false).map { part in
            guard let width = Int(part), width > 0 else {
                throw ValidationError("--hidden must be widths such as 512,256 or 'none', not '\(text)'")
            }
            return width
        }
    }

    static func choice<Choice: RawRepresentable & CaseIterable>(
        _ text: String?, _ flag: String
    ) throws -> Choice? where Choice.RawValue == String {
        guard let text else { return nil }
        if let choice = Choice(rawValue: text) { return choice }
        let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("\(flag) must be one of \(known), not '\(text)'")
    }
}
