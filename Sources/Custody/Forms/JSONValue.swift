import FoundationEssentials

/// A JSON value as a form is filled in with, before it is known to say what the act must say. Numbers are integers.
public enum JSONValue: Sendable, Equatable {
    case object([String: JSONValue])
    case array([JSONValue])
    case string(String)
    case integer(Int)
    case bool(Bool)
    case null

    /// The member at a path of names joined by dots; nil where there is none.
    public subscript(path path: String) -> JSONValue? {
        var value = self
        for name in path.split(separator: ".") {
            guard case .object(let members) = value, let next = members[String(name)] else { return nil }
            value = next
        }
        return value == .null ? nil : value
    }

    /// Sets the member at a path; objects on the way are made.
    public mutating func set(_ path: String, _ new: JSONValue) { set(path.split(separator: ".").map(String.init)[...], new) }

    private mutating func set(_ path: ArraySlice<String>, _ new: JSONValue) {
        guard let name = path.first else {
            self = new
            return
        }
        var members: [String: JSONValue] = [:]
        if case .object(let present) = self { members = present }
        members[name, default: .object([:])].set(path.dropFirst(), new)
        self = .object(members)
    }
}

extension JSONValue {
    /// What a value is as JSON.
    public init(encoding value: some Encodable) throws {
        self = try JSONDecoder().decode(JSONValue.self, from: try JSONEncoder().encode(value))
    }

    /// Reads a value of a type out of the JSON.
    public func decoded<Value: Decodable>(as type: Value.Type) throws -> Value {
        try JSONDecoder().decode(type, from: try JSONEncoder().encode(self))
    }
}

extension JSONValue: Codable {
    /// Reads a value.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Int.self) {
            self = .integer(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([JSONValue].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }

    /// Writes the value.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .object(let value): try container.encode(value)
        case .array(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .bool(let value): try container.encode(value)
        case .null: try container.encodeNil()
        }
    }
}
