/// Decodes values from a text that was read as `StrictJSON`, without reading it a second time.
///
/// A member is found by the bytes of its name. Null is told from an absent member, no value is converted into another type,
/// and nothing is copied but the strings.
struct StrictJSONDecoder: Decoder {
    fileprivate let document: Document
    fileprivate let index: Int

    /// The text; a reference, because each decoder and container holds one.
    fileprivate final class Document {
        let json: StrictJSON
        init(_ json: StrictJSON) { self.json = json }
    }

    private init(_ document: Document, _ index: Int) {
        self.document = document
        self.index = index
    }

    fileprivate func at(_ index: Int) -> StrictJSONDecoder { StrictJSONDecoder(document, index) }

    /// Decodes the whole text.
    ///
    /// - Throws: `DecodingError`, or what the type's own `init(from:)` throws.
    static func decode<Value: Decodable>(_ type: Value.Type, from json: StrictJSON) throws -> Value {
        try Value(from: StrictJSONDecoder(Document(json), 0))
    }

    var userInfo: [CodingUserInfoKey: Any] { [:] }

    /// The way from the outermost object to this value; looked up only where an error needs it.
    var codingPath: [any CodingKey] {
        let json = document.json
        var path: [any CodingKey] = []
        var container = 0
        while container < index {
            let isObject = json.nodes[container].kind == .object
            var child = container + 1
            var number = 0
            while true {
                let value = isObject ? child + 1 : child
                let end = json.next(after: value)
                if index < end {
                    path.append(isObject ? PathKey(stringValue: json.text(json.nodes[child])) : PathKey(intValue: number))
                    container = value
                    break
                }
                child = end
                number += 1
            }
        }
        return path
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        try expect(.object, "an object")
        return KeyedDecodingContainer(Members(decoder: self))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try expect(.array, "an array")
        return Elements(decoder: self)
    }

    func singleValueContainer() -> any SingleValueDecodingContainer { self }

    private var node: StrictJSON.Node { document.json.nodes[index] }

    private func expect(_ kind: StrictJSON.Node.Kind, _ what: String) throws {
        if node.kind != kind { throw mismatch(Any.self, what) }
    }

    private func mismatch(_ type: Any.Type, _ what: String) -> DecodingError {
        let context = DecodingError.Context(codingPath: codingPath, debugDescription: "not \(what)")
        return node.kind == .null ? .valueNotFound(type, context) : .typeMismatch(type, context)
    }
}

extension StrictJSONDecoder: SingleValueDecodingContainer {
    func decodeNil() -> Bool { node.kind == .null }

    func decode(_ type: Bool.Type) throws -> Bool {
        switch node.kind {
        case .true: true
        case .false: false
        default: throw mismatch(type, "true or false")
        }
    }

    func decode(_ type: String.Type) throws -> String {
        let node = node
        guard node.kind == .string || node.kind == .stringWithEscapes else { throw mismatch(type, "a string") }
        return document.json.text(node)
    }

    func decode(_ type: Int.Type) throws -> Int { try integer(type) }
    func decode(_ type: Int8.Type) throws -> Int8 { try integer(type) }
    func decode(_ type: Int16.Type) throws -> Int16 { try integer(type) }
    func decode(_ type: Int32.Type) throws -> Int32 { try integer(type) }
    func decode(_ type: Int64.Type) throws -> Int64 { try integer(type) }
    func decode(_ type: UInt.Type) throws -> UInt { try integer(type) }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try integer(type) }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try integer(type) }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try integer(type) }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try integer(type) }
    func decode(_ type: Float.Type) throws -> Float { throw mismatch(type, "an integer") }
    func decode(_ type: Double.Type) throws -> Double { throw mismatch(type, "an integer") }
    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try Value(from: self) }

    private func integer<Value: FixedWidthInteger>(_ type: Value.Type) throws -> Value {
        guard node.kind == .integer else { throw mismatch(type, "an integer") }
        guard let value = Value(exactly: node.payload) else {
            throw DecodingError.dataCorrupted(.init(codingPath: codingPath, debugDescription: "a number does not fit"))
        }
        return value
    }
}

/// A step in the path of a value.
private struct PathKey: CodingKey {
    let stringValue: String
    let intValue: Int?

    init(stringValue: String) {
        self.stringValue = stringValue
        intValue = nil
    }

    init(intValue: Int) {
        stringValue = "Index \(intValue)"
        self.intValue = intValue
    }
}

/// The members of an object.
private struct Members<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let decoder: StrictJSONDecoder

    var codingPath: [any CodingKey] { decoder.codingPath }

    var allKeys: [Key] {
        let json = decoder.document.json
        var keys: [Key] = []
        var name = decoder.index + 1
        while name < json.nodes[decoder.index].payload {
            if let key = Key(stringValue: json.text(json.nodes[name])) { keys.append(key) }
            name = json.next(after: name + 1)
        }
        return keys
    }

    private func find(_ name: String) -> StrictJSONDecoder? {
        let json = decoder.document.json
        let end = json.nodes[decoder.index].payload
        var index = decoder.index + 1
        while index < end {
            if json.isText(json.nodes[index], name) { return decoder.at(index + 1) }
            index = json.next(after: index + 1)
        }
        return nil
    }

    private func member(_ key: Key) throws -> StrictJSONDecoder {
        guard let member = find(key.stringValue) else {
            throw DecodingError.keyNotFound(key, .init(codingPath: codingPath, debugDescription: "a member is missing"))
        }
        return member
    }

    private func present(_ key: Key) -> StrictJSONDecoder? {
        find(key.stringValue).flatMap { $0.decodeNil() ? nil : $0 }
    }

    func contains(_ key: Key) -> Bool { find(key.stringValue) != nil }
    func decodeNil(forKey key: Key) throws -> Bool { try member(key).decodeNil() }
    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try member(key).decode(type) }
    func decode(_ type: String.Type, forKey key: Key) throws -> String { try member(key).decode(type) }
    func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try member(key).decode(type) }
    func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 { try member(key).decode(type) }
    func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 { try member(key).decode(type) }
    func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { try member(key).decode(type) }
    func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try member(key).decode(type) }
    func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt { try member(key).decode(type) }
    func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 { try member(key).decode(type) }
    func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 { try member(key).decode(type) }
    func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 { try member(key).decode(type) }
    func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 { try member(key).decode(type) }
    func decode(_ type: Float.Type, forKey key: Key) throws -> Float { try member(key).decode(type) }
    func decode(_ type: Double.Type, forKey key: Key) throws -> Double { try member(key).decode(type) }
    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value { try Value(from: member(key)) }

    // The general ones look a member up three times.
    func decodeIfPresent(_ type: Bool.Type, forKey key: Key) throws -> Bool? { try present(key)?.decode(type) }
    func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? { try present(key)?.decode(type) }
    func decodeIfPresent(_ type: Int.Type, forKey key: Key) throws -> Int? { try present(key)?.decode(type) }
    func decodeIfPresent<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value? {
        try present(key).map { try Value(from: $0) }
    }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key) throws
        -> KeyedDecodingContainer<Nested>
    { try member(key).container(keyedBy: type) }
    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer { try member(key).unkeyedContainer() }
    func superDecoder() throws -> any Decoder {
        guard let member = find("super") else {
            throw DecodingError.keyNotFound(
                PathKey(stringValue: "super"), .init(codingPath: codingPath, debugDescription: "a member is missing"))
        }
        return member
    }
    func superDecoder(forKey key: Key) throws -> any Decoder { try member(key) }
}

/// The elements of an array.
private struct Elements: UnkeyedDecodingContainer {
    let decoder: StrictJSONDecoder
    private let end: Int
    private var index: Int
    private(set) var currentIndex = 0

    init(decoder: StrictJSONDecoder) {
        self.decoder = decoder
        end = decoder.document.json.nodes[decoder.index].payload
        index = decoder.index + 1
    }

    var codingPath: [any CodingKey] { decoder.codingPath }
    var isAtEnd: Bool { index >= end }
    var count: Int? {
        var (count, index) = (0, decoder.index + 1)
        while index < end {
            index = decoder.document.json.next(after: index)
            count += 1
        }
        return count
    }

    /// Decodes the next element; one that cannot be decoded stays the next.
    private mutating func next<Value>(_ decode: (StrictJSONDecoder) throws -> Value) throws -> Value {
        guard index < end else {
            let context = DecodingError.Context(
                codingPath: codingPath + [PathKey(intValue: currentIndex)], debugDescription: "there are no more elements")
            throw DecodingError.valueNotFound(Value.self, context)
        }
        let value = try decode(decoder.at(index))
        index = decoder.document.json.next(after: index)
        currentIndex += 1
        return value
    }

    mutating func decodeNil() throws -> Bool {
        guard index < end, decoder.at(index).decodeNil() else { return false }
        return try next { _ in true }
    }

    mutating func decode(_ type: Bool.Type) throws -> Bool { try next { try $0.decode(type) } }
    mutating func decode(_ type: String.Type) throws -> String { try next { try $0.decode(type) } }
    mutating func decode(_ type: Int.Type) throws -> Int { try next { try $0.decode(type) } }
    mutating func decode(_ type: Int8.Type) throws -> Int8 { try next { try $0.decode(type) } }
    mutating func decode(_ type: Int16.Type) throws -> Int16 { try next { try $0.decode(type) } }
    mutating func decode(_ type: Int32.Type) throws -> Int32 { try next { try $0.decode(type) } }
    mutating func decode(_ type: Int64.Type) throws -> Int64 { try next { try $0.decode(type) } }
    mutating func decode(_ type: UInt.Type) throws -> UInt { try next { try $0.decode(type) } }
    mutating func decode(_ type: UInt8.Type) throws -> UInt8 { try next { try $0.decode(type) } }
    mutating func decode(_ type: UInt16.Type) throws -> UInt16 { try next { try $0.decode(type) } }
    mutating func decode(_ type: UInt32.Type) throws -> UInt32 { try next { try $0.decode(type) } }
    mutating func decode(_ type: UInt64.Type) throws -> UInt64 { try next { try $0.decode(type) } }
    mutating func decode(_ type: Float.Type) throws -> Float { try next { try $0.decode(type) } }
    mutating func decode(_ type: Double.Type) throws -> Double { try next { try $0.decode(type) } }
    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try next { try Value(from: $0) } }

    mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) throws -> KeyedDecodingContainer<Nested> {
        try next { try $0.container(keyedBy: type) }
    }
    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer { try next { try $0.unkeyedContainer() } }
    mutating func superDecoder() throws -> any Decoder { try next { $0 } }
}
