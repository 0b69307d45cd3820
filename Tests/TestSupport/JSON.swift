import Foundation

/// A JSON value, read as a program of somebody else would.
public struct JSON {
    /// The value as Foundation holds it.
    public let value: Any

    /// Reads a text.
    public init(_ text: String) throws {
        value = try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
    }

    private init(value: Any) { self.value = value }

    /// A member; null where there is none.
    public subscript(_ name: String) -> JSON { JSON(value: (value as? [String: Any])?[name] ?? NSNull()) }
    /// An element; null where there is none.
    public subscript(_ index: Int) -> JSON { array.indices.contains(index) ? array[index] : JSON(value: NSNull()) }

    /// The elements; none where it is no array.
    public var array: [JSON] { (value as? [Any] ?? []).map { JSON(value: $0) } }
    /// The names of the members.
    public var names: Set<String> { Set((value as? [String: Any] ?? [:]).keys) }
    /// The text; empty where it is none.
    public var string: String { value as? String ?? "" }
    /// The number; -1 where it is none.
    public var int: Int { (value as? NSNumber)?.intValue ?? -1 }
    /// Whether it is true.
    public var bool: Bool { (value as? NSNumber)?.boolValue ?? false }
    /// Whether it is null, or not there.
    public var isNull: Bool { value is NSNull }
}
