import Custody

/// Records an act by its form; see `ActForm`.
public struct ActRequest: Codable, Sendable {
    /// Name of the act, such as `medium.seized`.
    public var act: String
    /// The case; may be left out where an exhibit or an entry tells it.
    public var caseNumber: String?
    /// What the form was filled in with.
    public var body: JSONValue
    /// Files.
    public var attachments: [AttachmentReference]

    private enum CodingKeys: String, CodingKey {
        case act
        case caseNumber = "case"
        case body, attachments
    }

    /// Creates a request.
    public init(act: String, caseNumber: String?, body: JSONValue, attachments: [AttachmentReference]) {
        self.act = act
        self.caseNumber = caseNumber
        self.body = body
        self.attachments = attachments
    }

    /// Reads a request; without attachments there are none.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        act = try container.decode(String.self, forKey: .act)
        caseNumber = try container.decodeIfPresent(String.self, forKey: .caseNumber)
        body = try container.decode(JSONValue.self, forKey: .body)
        attachments = try container.decodeIfPresent([AttachmentReference].self, forKey: .attachments) ?? []
    }
}
