import Testing

@testable import Media

@Suite("A disk as udev shows it") struct BlockDeviceTests {
    @Test(
        "a record that is about the disk before is told by the number that our rule left in it",
        arguments: [
            (["DISKSEQ": "7", "FENGCUN_DISKSEQ": "7"], true), (["DISKSEQ": "8", "FENGCUN_DISKSEQ": "7"], false),
            (["FENGCUN_DISKSEQ": "7"], false), (["DISKSEQ": "7"], true), ([:], true),
        ] as [([String: String], Bool)])
    func stay(_ properties: [String: String], _ isOfOneStay: Bool) {
        #expect(BlockDevice(name: "sdb", node: "/dev/sdb", properties: properties).isOfOneStay == isOfOneStay)
    }
}
