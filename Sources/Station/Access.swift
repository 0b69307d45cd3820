import Custody
import Glibc

/// What a user may do. Each role includes the ones before it.
public enum Role: String, Sendable, Comparable, CaseIterable {
    /// Read.
    case look
    /// Record acts and make images.
    case operate
    /// Look after the station.
    case administer

    /// Less comes first.
    public static func < (left: Self, right: Self) -> Bool {
        (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
    }
}

/// The process at the other end of the control socket, as the kernel knows it.
public struct Peer: Sendable, Equatable {
    /// User id (SO_PEERCRED).
    public let uid: UInt32
    /// Name in the account database, `#uid` where there is none.
    public let user: String
    /// The person at the keyboard, where he names himself.
    public let person: String?

    /// Names of the groups that the user is in.
    let groups: Set<String>

    /// Looks a user up in the account database, which may ask another machine: on a thread of its own.
    public static func lookUp(uid: UInt32, gid: UInt32, person: String?) async throws -> Peer {
        try await onThread("fc-accounts") {
            let name = Accounts.userName(uid)
            return Peer(
                uid: uid, user: name ?? "#\(uid)", person: person,
                groups: name.map { Accounts.groupNames(user: $0, primary: gid) } ?? [])
        }
    }

    /// The peer as the actor of an entry.
    public var actor: Actor { Actor(kind: .operator, uid: Int(uid), user: user, person: person) }
}

/// Maps users and groups to roles.
public struct AccessRules: Sendable, Equatable {
    /// A user name, or `@` and a group name.
    public typealias Principal = String

    private let principals: [Role: [Principal]]
    private let owner: uid_t

    /// Creates rules. Root and the daemon's own user may always administer: they could replace the daemon.
    public init(_ principals: [Role: [Principal]]) {
        self.principals = principals
        owner = getuid()
    }

    /// The most that a peer may do; nil where he may do nothing.
    public func role(of peer: Peer) -> Role? {
        if peer.uid == 0 || peer.uid == owner { return .administer }
        return Role.allCases.last { role in
            (principals[role] ?? []).contains {
                $0 == peer.user || ($0.hasPrefix("@") && peer.groups.contains(String($0.dropFirst())))
            }
        }
    }
}

/// The account database (passwd(5), group(5)).
enum Accounts {
    static func userName(_ uid: uid_t) -> String? {
        lookUp { entry, buffer, size, result in
            getpwuid_r(uid, entry, buffer, size, result)
        } name: {
            String(cString: $0.pw_name)
        }
    }

    static func groupNames(user: String, primary: gid_t) -> Set<String> {
        var count: CInt = 256
        var ids = [gid_t](repeating: 0, count: Int(count))
        if getgrouplist(user, primary, &ids, &count) < 0 {
            ids = [gid_t](repeating: 0, count: Int(count))
            guard getgrouplist(user, primary, &ids, &count) >= 0 else { return [] }
        }
        return Set(ids.prefix(Int(count)).compactMap(groupName))
    }

    /// Id of a group; nil where there is none of this name.
    static func groupID(_ name: String) -> gid_t? {
        lookUp { entry, buffer, size, result in
            getgrnam_r(name, entry, buffer, size, result)
        } name: {
            $0.gr_gid
        }
    }

    private static func groupName(_ gid: gid_t) -> String? {
        lookUp { entry, buffer, size, result in
            getgrgid_r(gid, entry, buffer, size, result)
        } name: {
            String(cString: $0.gr_name)
        }
    }

    private static func lookUp<Entry, Value>(
        _ call: (
            UnsafeMutablePointer<Entry>, UnsafeMutablePointer<CChar>, Int, UnsafeMutablePointer<UnsafeMutablePointer<Entry>?>
        ) -> CInt,
        name: (Entry) -> Value
    ) -> Value? {
        var size = 4096
        while size <= 1 << 20 {
            let entry = UnsafeMutablePointer<Entry>.allocate(capacity: 1)
            let buffer = UnsafeMutablePointer<CChar>.allocate(capacity: size)
            defer {
                entry.deallocate()
                buffer.deallocate()
            }
            var result: UnsafeMutablePointer<Entry>?
            let code = call(entry, buffer, size, &result)
            if code == ERANGE {
                size *= 4
                continue
            }
            return result.map { name($0.pointee) }
        }
        return nil
    }
}

/// Sets who may connect to a socket or read a file.
public enum GroupOwnership {
    /// Gives a path to a group; nothing happens where the group does not exist.
    ///
    /// - Returns: whether the group has the path now.
    public static func set(_ path: String, group: String) -> Bool {
        guard let gid = Accounts.groupID(group) else { return false }
        return chown(path, uid_t.max, gid) == 0
    }
}
