import JSON
import Kernels
import VAE

// The likelihood of one column in `model.json`.

extension ColumnFamily {
    private static let types = [
        "gaussian", "student_t", "spiked", "discrete", "bernoulli", "categorical", "ordinal", "poisson",
        "negative_binomial", "none",
    ]

    func write(to writer: inout JSONWriter) throws(JSONError) {
        try writer.object { writer throws(JSONError) in
            writer.key("type")
            switch self {
            case .gaussian(let scale):
                writer.string("gaussian")
                try scale.write(to: &writer)
            case .student(let scale, let degrees):
                writer.string("student_t")
                try scale.write(to: &writer)
                try writer.number("degrees", degrees)
            case .spiked(let atoms, let scale):
                writer.string("spiked")
                writer.key("atoms")
                try writer.floats(atoms)
                try scale.write(to: &writer)
            case .discrete(let atoms, let mass):
                writer.string("discrete")
                writer.key("atoms")
                try writer.floats(atoms)
                try writer.number("unknown_mass", mass)
            case .bernoulli(let mass):
                writer.string("bernoulli")
                try writer.number("unknown_mass", mass)
            case .categorical(let levels, let mass): try writer.levels("categorical", levels, mass)
            case .ordinal(let levels, let mass): try writer.levels("ordinal", levels, mass)
            case .poisson(let mass):
                writer.string("poisson")
                try writer.number("unknown_mass", mass)
            case .negativeBinomial(let mass):
                writer.string("negative_binomial")
                try writer.number("unknown_mass", mass)
            case .none: writer.string("none")
            }
        }
    }

    init(_ element: JSONElement) throws {
        try element.allow(["type", "sigma", "floor", "degrees", "atoms", "levels", "unknown_mass"])
        let type = try element.member("type")
        switch try type.string() {
        case "gaussian": self = try .gaussian(ColumnScale(element))
        case "student_t": self = try .student(ColumnScale(element), degrees: element.number("degrees", in: 0.1...1e6))
        case "spiked":
            let atoms = try element.member("atoms").elements().map { try $0.float() }
            self = try .spiked(atoms: atoms, ColumnScale(element))
        case "discrete":
            let atoms = try element.member("atoms").elements().map { try $0.float() }
            self = try .discrete(atoms: atoms, unknownMass: element.unknownMass())
        case "bernoulli": self = try .bernoulli(unknownMass: element.unknownMass())
        case "categorical": self = try .categorical(levels: element.levels(), unknownMass: element.unknownMass())
        case "ordinal": self = try .ordinal(levels: element.levels(), unknownMass: element.unknownMass())
        case "poisson": self = try .poisson(unknownMass: element.unknownMass())
        case "negative_binomial": self = try .negativeBinomial(unknownMass: element.unknownMass())
        case "none": self = .none
        case let other: throw ModelStorageError.unknownValue(path: type.path, got: other, expected: Self.types)
        }
    }
}

extension ColumnScale {
    private static let words = ["per_record", "shared"]

    fileprivate func write(to writer: inout JSONWriter) throws(JSONError) {
        writer.key("sigma")
        writer.string(isPerRecord ? Self.words[0] : Self.words[1])
        try writer.number("floor", floor)
    }

    fileprivate init(_ element: JSONElement) throws {
        let word = try element.member("sigma")
        let text = try word.string()
        guard Self.words.contains(text) else {
            throw ModelStorageError.unknownValue(path: word.path, got: text, expected: Self.words)
        }
        try self.init(isPerRecord: text == Self.words[0], floor: element.number("floor", in: 1e-15...1e15))
    }
}

extension JSONWriter {
    fileprivate mutating func number(_ key: String, _ value: Double) throws(JSONError) {
        self.key(key)
        try double(value)
    }

    fileprivate mutating func levels(_ type: String, _ levels: Int, _ mass: Double) throws(JSONError) {
        string(type)
        key("levels")
        int(levels)
        try number("unknown_mass", mass)
    }
}

extension JSONElement {
    fileprivate func number(_ key: String, in range: ClosedRange<Double>) throws -> Double {
        let element = try member(key)
        let value = try element.double()
        guard range.contains(value) else {
            throw ModelStorageError.badValue(
                path: element.path, got: "\(value)", expected: "\(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    fileprivate func unknownMass() throws -> Double { try number("unknown_mass", in: 1e-30...0.5) }

    fileprivate func levels() throws -> Int {
        let element = try member("levels")
        let value = try element.int()
        guard (1...100_000).contains(value) else {
            throw ModelStorageError.badValue(path: element.path, got: "\(value)", expected: "1 to 100000")
        }
        return value
    }
}
