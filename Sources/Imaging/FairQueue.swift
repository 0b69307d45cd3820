/// A queue for a few places that are shared fairly: who has had least goes next, and who comes late is owed little.
///
/// Start-time fair queueing: P. Goyal, H. M. Vin, H. Cheng, "Start-time Fair Queueing: A Scheduling Algorithm for Integrated
/// Services Packet Switching Networks", SIGCOMM 1996. Parties that always want more get the same within a few pieces, as long as
/// their pieces are of similar size: who has done a small one waits until somebody has done a large one. A value: it is told who
/// comes and who leaves, and answers who goes in; it wakes nobody itself.
struct FairQueue<Party> {
    private var free: Int
    /// The latest begin of a piece that went in, in units of work.
    private var time = 0
    private let arrears: Int
    /// Who waits, and where their pieces begin.
    private var waiting: [(party: Party, start: Int)] = []

    /// - Parameters:
    ///   - places: how many are in at once, 1 or more.
    ///   - arrears: how much work, at most, somebody is owed who wanted none for a while. Not less than some pieces: whoever leaves
    ///     and comes back at once has missed whoever went in for him.
    init(places: Int, arrears: Int) {
        free = places
        self.arrears = arrears
    }

    /// Somebody comes with a piece of work.
    ///
    /// - Parameter end: where the party's last piece ended; 0 for its first.
    /// - Returns: where this piece begins, and whether the party is in; it waits otherwise until `leave` names it.
    mutating func arrive(_ party: Party, after end: Int) -> (start: Int, isIn: Bool) {
        let start = max(end, time - arrears)
        guard free > 0 else {
            waiting.append((party, start))
            return (start, false)
        }
        free -= 1
        time = max(time, start)
        return (start, true)
    }

    /// Somebody leaves.
    ///
    /// - Returns: who goes in for him; among equals the one that came first.
    mutating func leave() -> Party? {
        guard let index = waiting.indices.min(by: { (waiting[$0].start, $0) < (waiting[$1].start, $1) }) else {
            free += 1
            return nil
        }
        let next = waiting.remove(at: index)
        time = max(time, next.start)
        return next.party
    }
}
