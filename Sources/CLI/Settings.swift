import ArgumentParser
import Glibc

/// Where a setting comes from: the flag, then the environment, then the default.
enum Settings {
    static func text(_ flag: String?, _ variable: String, default fallback: String) -> String {
        flag ?? environment(variable) ?? fallback
    }

    static func optionalText(_ flag: String?, _ variable: String) -> String? {
        flag ?? environment(variable)
    }

    /// As `optionalText`; an empty text says nothing.
    static func nonempty(_ flag: String?, _ variable: String) -> String? {
        optionalText(flag, variable).flatMap { $0.isEmpty ? nil : $0 }
    }

    /// - Throws: `Failure` naming the variable when it does not hold a number of the range.
    static func number(
        _ flag: Int?, _ variable: String, default fallback: Int, in range: ClosedRange<Int>
    ) throws -> Int {
        guard let text = flag.map(String.init) ?? environment(variable) else { return fallback }
        guard let number = Int(text), range.contains(number) else {
            let expected = "\(range.lowerBound) to \(range.upperBound)"
            throw ValidationError("\(variable) or its flag is '\(text)'; expected a number from \(expected)")
        }
        return number
    }

    /// - Throws: `ValidationError` naming the variable when it holds no number above 0.
    static func positive(_ flag: Double?, _ variable: String) throws -> Double? {
        guard let text = flag.map({ "\($0)" }) ?? environment(variable) else { return nil }
        guard let number = Double(text), number > 0, number.isFinite else {
            throw ValidationError("\(variable) or its flag is '\(text)'; expected a number above 0")
        }
        return number
    }

    /// - Throws: `ValidationError` naming the variable when it holds neither true nor false.
    static func flag(_ flag: Bool?, _ variable: String, default fallback: Bool) throws -> Bool {
        if let flag { return flag }
        switch environment(variable) {
        case nil: return fallback
        case "true", "1": return true
        case "false", "0": return false
        case let text?: throw ValidationError("\(variable) is '\(text)'; expected true or false")
        }
    }

    /// Nil also for one that is empty: deployments leave variables empty that they do not need.
    private static func environment(_ name: String) -> String? {
        guard let value = unsafe getenv(name), unsafe value.pointee != 0 else { return nil }
        return unsafe String(cString: value)
    }
}
