import JSON

/// Finds where a JSON value is not what a schema of the document says: the part of JSON Schema that the document uses for answers.
struct SchemaCheck {
    let document: JSONElement

    /// - Returns: nil where the value fits.
    func fault(_ value: JSONElement, _ schema: JSONElement, at path: String = "$") throws -> String? {
        if schema.kind == .bool { return nil }
        if let reference = try schema.optionalMember("$ref") {
            return try fault(value, resolve(reference.string()), at: path)
        }
        if let all = try schema.optionalMember("allOf") {
            for part in try all.elements() { if let fault = try fault(value, part, at: path) { return fault } }
        }
        if let any = try schema.optionalMember("anyOf") {
            let faults = try any.elements().map { try fault(value, $0, at: path) }
            if !faults.contains(where: { $0 == nil }) { return faults.compactMap { $0 }.joined(separator: " | ") }
        }
        if let fault = try kindFault(value, schema, path) ?? choiceFault(value, schema, path) { return fault }
        return switch value.kind {
        case .object: try objectFault(value, schema, path)
        case .array: try arrayFault(value, schema, path)
        default: nil
        }
    }

    func resolve(_ reference: String) throws -> JSONElement {
        try reference.split(separator: "/").dropFirst().reduce(document) { try $0.member(String($1)) }
    }

    private func kindFault(_ value: JSONElement, _ schema: JSONElement, _ path: String) throws -> String? {
        guard let type = try schema.optionalMember("type") else { return nil }
        let kinds = type.kind == .array ? try type.strings() : [try type.string()]
        let isWhole = value.kind == .number && ((try? value.int()) != nil || (try? value.uint64()) != nil)
        let own =
            switch value.kind {
            case .null: ["null"]
            case .bool: ["boolean"]
            case .number: isWhole ? ["number", "integer"] : ["number"]
            case .string: ["string"]
            case .object: ["object"]
            case .array: ["array"]
            }
        return own.contains { kinds.contains($0) } ? nil : "\(path) is \(own[0]), not \(kinds)"
    }

    private func choiceFault(_ value: JSONElement, _ schema: JSONElement, _ path: String) throws -> String? {
        guard value.kind == .string else { return nil }
        let text = try value.string()
        if let constant = try schema.optionalMember("const"), try constant.string() != text {
            return "\(path) is '\(text)', not '\(try constant.string())'"
        }
        guard let choices = try schema.optionalMember("enum") else { return nil }
        let known = try choices.elements().compactMap { $0.kind == .string ? try $0.string() : nil }
        return known.contains(text) ? nil : "\(path) is '\(text)', not one of \(known)"
    }

    private func objectFault(_ value: JSONElement, _ schema: JSONElement, _ path: String) throws -> String? {
        for name in try schema.optionalMember("required")?.strings() ?? []
        where try value.optionalMember(name) == nil {
            return "\(path).\(name) is absent"
        }
        guard let properties = try schema.optionalMember("properties") else { return nil }
        let isOpen = try schema.optionalMember("additionalProperties") == nil
        for (name, member) in try value.members() {
            if let property = try properties.optionalMember(name) {
                if let fault = try fault(member, property, at: "\(path).\(name)") { return fault }
            } else if !isOpen {
                return "\(path).\(name) is not described"
            }
        }
        return nil
    }

    private func arrayFault(_ value: JSONElement, _ schema: JSONElement, _ path: String) throws -> String? {
        let elements = Array(try value.elements())
        if let least = try schema.optionalMember("minItems"), try elements.count < least.int() {
            return "\(path) has \(elements.count) items"
        }
        if let most = try schema.optionalMember("maxItems"), try elements.count > most.int() {
            return "\(path) has \(elements.count) items"
        }
        guard let items = try schema.optionalMember("items") else { return nil }
        for (place, element) in elements.enumerated() {
            if let fault = try fault(element, items, at: "\(path)[\(place)]") { return fault }
        }
        return nil
    }
}
