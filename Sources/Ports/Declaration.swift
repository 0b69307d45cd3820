/// What an administrator says about a port or a disk.
public struct Declaration: Sendable, Hashable {
    /// What becomes of a drive.
    public enum Role: String, Sendable, CaseIterable {
        /// It is write-protected and recorded (检材).
        case evidence
        /// Images may be written to it; it is left alone (目的盘).
        case destination
        /// It is left alone.
        case ignored
    }

    /// What is declared.
    public enum Subject: Sendable, Hashable {
        /// Whatever is plugged in there.
        case port(Port)
        /// One disk, wherever it is plugged in.
        case disk(DiskName)
    }

    /// What is declared.
    public let subject: Subject
    /// As what.
    public let role: Role

    /// Declares.
    ///
    /// - Throws: `PortError.diskAsEvidence`.
    public init(_ subject: Subject, _ role: Role) throws(PortError) {
        if case .disk = subject, role == .evidence { throw .diskAsEvidence }
        self.subject = subject
        self.role = role
    }

    /// `ROLE port NAME` or `ROLE disk NAME`: how it stands in a comment of the generated file.
    var text: String {
        switch subject {
        case .port(let port): "\(role.rawValue) port \(port.name)"
        case .disk(let disk): "\(role.rawValue) disk \(disk.name)"
        }
    }

    /// Reads `text`.
    init?(_ text: Substring) {
        let words = text.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        guard words.count == 3, let role = Role(rawValue: words[0]) else { return nil }
        do throws(PortError) {
            switch words[1] {
            case "port": try self.init(.port(Port(words[2])), role)
            case "disk": try self.init(.disk(DiskName(words[2])), role)
            default: return nil
            }
        } catch {
            return nil
        }
    }

    /// The line of the rules file.
    var rule: String {
        let condition =
            switch subject {
            case .port(let port): port.condition
            case .disk(let disk): disk.condition
            }
        return "\(condition), ENV{FENGCUN_ROLE}=\"\(role.rawValue)\", ENV{FENGCUN_EVIDENCE}=\"\(role == .evidence ? 1 : 0)\""
    }
}
