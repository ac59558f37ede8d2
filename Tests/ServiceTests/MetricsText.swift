/// Prometheus' text format, read strictly: what breaks a rule of it is a fault.
struct MetricsText {
    struct Fault: Error, CustomStringConvertible {
        let description: String
    }

    struct Sample {
        let name: String
        let labels: [String: String]
        let value: Double

        /// Without `le`, which tells the buckets of one histogram apart.
        var group: String {
            labels.filter { $0.key != "le" }.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
                .joined(separator: ",")
        }
    }

    private(set) var types: [String: String] = [:]
    private(set) var samples: [Sample] = []

    init(_ text: String) throws {
        guard text.hasSuffix("\n") else { throw Fault(description: "the last line has no end") }
        var (helped, current, series) = (Set<String>(), "", Set<String>())
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 3).map(String.init)
            if line.hasPrefix("# HELP ") {
                guard words.count == 4, helped.insert(words[2]).inserted else { throw Fault(description: "\(line)") }
            } else if line.hasPrefix("# TYPE ") {
                current = words[2]
                guard helped.contains(current), types.updateValue(words[3], forKey: current) == nil else {
                    throw Fault(description: "no HELP before it, or the second: \(line)")
                }
            } else {
                let sample = try Self.sample(String(line))
                guard Self.family(sample.name, types[current]) == current else {
                    throw Fault(description: "not below its TYPE: \(line)")
                }
                guard series.insert("\(sample.name){\(sample.labels.sorted { $0.key < $1.key })}").inserted else {
                    throw Fault(description: "twice: \(line)")
                }
                samples.append(sample)
            }
        }
        for (name, type) in types where type == "histogram" { try checkBuckets(name) }
        for (name, type) in types where (type == "counter") != name.hasSuffix("_total") {
            throw Fault(description: "\(name) is a \(type)")
        }
    }

    private static func family(_ name: String, _ type: String?) -> String {
        let suffixes =
            type == "histogram" ? ["_bucket", "_sum", "_count"] : type == "summary" ? ["_sum", "_count"] : []
        return suffixes.first { name.hasSuffix($0) }.map { String(name.dropLast($0.count)) } ?? name
    }

    private static func sample(_ line: String) throws -> Sample {
        guard let end = line.lastIndex(of: " "), let value = Double(line[end...].dropFirst()) else {
            throw Fault(description: "no value: \(line)")
        }
        let head = line[..<end]
        guard let brace = head.firstIndex(of: "{") else { return Sample(name: String(head), labels: [:], value: value) }
        guard head.last == "}" else { throw Fault(description: "no closing brace: \(line)") }
        let labels = try Self.labels(Array(head[brace...].dropFirst().dropLast()))
        return Sample(name: String(head[..<brace]), labels: labels, value: value)
    }

    /// `name="value",…` with `\\`, `\"` and `\n` in values.
    private static func labels(_ text: [Character]) throws -> [String: String] {
        var (labels, place) = ([String: String](), 0)
        while place < text.count {
            guard let equals = text[place...].firstIndex(of: "="), text.indices.contains(equals + 1),
                text[equals + 1] == "\""
            else { throw Fault(description: "a label: \(String(text))") }
            let name = String(text[place..<equals])
            var value = ""
            place = equals + 2
            while place < text.count, text[place] != "\"" {
                if text[place] == "\\" {
                    place += 1
                    value.append(text[place] == "n" ? "\n" : text[place])
                } else {
                    value.append(text[place])
                }
                place += 1
            }
            guard place < text.count, labels.updateValue(value, forKey: name) == nil else {
                throw Fault(description: "a label twice or open: \(String(text))")
            }
            place += 1
            if place < text.count, text[place] != "," { throw Fault(description: "no comma: \(String(text))") }
            place += 1
        }
        return labels
    }

    /// Buckets ascend in bounds and in counts, and the last is `+Inf` and the count.
    private func checkBuckets(_ name: String) throws {
        var groups: [String: [(bound: String, count: Double)]] = [:]
        for sample in samples where sample.name == "\(name)_bucket" {
            groups[sample.group, default: []].append((sample.labels["le"] ?? "", sample.value))
        }
        for (group, buckets) in groups {
            let bounds = buckets.map { $0.bound == "+Inf" ? .infinity : Double($0.bound) ?? .nan }
            let counts = samples.filter { $0.name == "\(name)_count" && $0.group == group }
            guard zip(bounds, bounds.dropFirst()).allSatisfy({ $0 < $1 }), bounds.last == .infinity,
                zip(buckets, buckets.dropFirst()).allSatisfy({ $0.count <= $1.count }), counts.count == 1,
                counts.first?.value == buckets.last?.count,
                samples.contains(where: { $0.name == "\(name)_sum" && $0.group == group })
            else { throw Fault(description: "histogram \(name){\(group)}: \(buckets)") }
        }
    }

    /// The sum of all samples of a name that have these labels.
    func sum(_ name: String, _ labels: [String: String] = [:]) -> Double {
        samples.filter { sample in
            sample.name == name && labels.allSatisfy { sample.labels[$0.key] == $0.value }
        }.reduce(0) { $0 + $1.value }
    }

    func count(_ name: String) -> Int { samples.count { $0.name == name } }
}
