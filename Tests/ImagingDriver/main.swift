import Custody
import DurableFiles
import Foundation
import Imaging
import Integrity
import Synchronization
import SystemPackage

// Makes images of a simulated drive and kills itself at a read (0: at none), for tests of what is left of work that is killed or
// fails. Status 3 and the code of the error on standard output where it fails.
// imaging-driver SOURCE FAULTS READ SEGMENT-SIZE|- FOLDER…

let arguments = Array(CommandLine.arguments.dropFirst())
let source = try OwnedDescriptor(opening: FilePath(arguments[0]), .readOnly)
let faults = try DriveFaults(String(decoding: readFile(FilePath(arguments[1]), limit: Mapfile.byteLimit), as: UTF8.self))
let last = Int(arguments[2]) ?? 0
let reads = Atomic(0)
let drive = DriveSimulation(
    name: "/dev/simulated", capacity: try source.regularFileSize(), faults: faults, isTimeReal: false,
    beforeRead: { if reads.add(1, ordering: .relaxed).newValue == last { kill(getpid(), SIGKILL) } }
) { (offset, buffer) throws(Errno) in
    do throws(FileError) {
        return try source.read(at: offset, into: buffer)
    } catch {
        throw error.errno
    }
}
let plans = arguments[4...].map { DestinationPlan(folder: FilePath($0), segmentSize: Int(arguments[3])) }
do {
    let images = try DestinationPlan.create(plans, stem: "x", byteCount: drive.capacity)
    _ = try Acquisition(source: drive, images: images, algorithms: [.sha256, .md5]).run()
} catch let error as ImagingError {
    print(error.code)
    exit(3)
}
