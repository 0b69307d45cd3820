import Testing

@testable import Custody

@Suite("What a label says against what the medium says") struct LabelComparisonTests {
    @Test(
        "habits of vendors and of whoever types are no difference",
        arguments: [
            (LabelMember.serial, "wx11a1234567", "WD-WX11A1234567"), (.serial, "S/N: S3Z1 NB0K 8629 28X", "S3Z1NB0K862928X"),
            (.serial, "123456", "000000123456"), (.serial, "WD-WX11A1234567", "WDWX11A1234567"),
            (.make, "Western Digital", "WD"), (.make, "SANDISK", "SanDisk"), (.make, "Samsung Electronics", "Samsung"),
            (.model, "860 EVO", "Samsung SSD 860 EVO 500GB"), (.model, "WD20SPZX", "WDC WD20SPZX-22UA7T0"),
            (.model, "wd20spzx_22ua7t0", "WD20SPZX-22UA7T0"),
            (.identification, "WWN: 5 002538 e4067c96b", "0x5002538e4067c96b"),
            (.identification, "5002538E4067C96B", "naa.5002538e4067c96b"),
            (.capacity, "1 TB", "1000204886016"), (.capacity, "1T", "1000204886016"), (.capacity, "500GB", "500107862016"),
            (.capacity, "64 GB", "61530439680"), (.capacity, "931.5 GiB", "1000204886016"),
            (.capacity, "1,000 GB", "1000204886016"),
            (.capacity, "1,5 TB", "1500301910016"), (.capacity, "32GB", "31914983424"), (.capacity, "2 TB", "2199023255552"),
            (.capacity, "500107862016", "500107862016"), (.capacity, "500,107,862,016 bytes", "500107862016"),
        ]) func same(_ member: LabelMember, _ label: String, _ medium: String)
    {
        #expect(member.agrees(label: label, medium: medium) == true)
    }

    @Test(
        "a difference is one",
        arguments: [
            (LabelMember.serial, "WX11A1234568", "WD-WX11A1234567"), (.serial, "1234567", "WX11A1234567"), (.serial, "0", "7"),
            (.serial, "12345670", "1234567"), (.make, "Toshiba", "SanDisk"), (.model, "870 EVO", "Samsung SSD 860 EVO 500GB"),
            (.model, "EV", "Samsung SSD 860 EVO"), (.identification, "5002538e4067c96c", "0x5002538e4067c96b"),
            (.capacity, "500 GB", "1000204886016"), (.capacity, "1 TB", "500107862016"), (.capacity, "128 GB", "61530439680"),
            (.capacity, "1 TiB", "1000"), (.capacity, "500107862017", "500107862016"),
        ]) func different(_ member: LabelMember, _ label: String, _ medium: String)
    {
        #expect(member.agrees(label: label, medium: medium) == false)
    }

    @Test(
        "what cannot be compared is not called different",
        arguments: [
            (LabelMember.identification, "IMEI 356938035643809", "0x5002538e4067c96b"),
            (.identification, "00:1b:44:11:3a:b7", "x"),
            (.make, "Samsung", "ATA"), (.make, "Kingston", "Generic"), (.serial, "—", "7"), (.capacity, "big", "1000"),
            (.capacity, "1e400 GB", "1000"), (.capacity, "0 GB", "0"), (.capacity, "-5 GB", "1000"), (.capacity, "1 XB", "1000"),
            (.capacity, "1..5 TB", "1000"), (.capacity, String(repeating: "9", count: 900), "1000"), (.model, "", "x"),
        ]) func incomparable(_ member: LabelMember, _ label: String, _ medium: String)
    {
        #expect(member.agrees(label: label, medium: medium) == nil)
    }

    @Test("the differences of a whole label, each with both texts; none without a label") func label() {
        let description = MediumIDTests.plain
        #expect(MediumLabel().differences(from: description) == nil)
        #expect(MediumLabel(owner: "张某").differences(from: description) == nil)
        #expect(MediumLabel(make: "acme", serial: "s1").differences(from: description) == [])
        #expect(
            MediumLabel(make: "Other", model: "D1", serial: "S2", capacity: "2 TB").differences(from: description) == [
                .init(member: .make, label: "Other", medium: "ACME"), .init(member: .serial, label: "S2", medium: "S1"),
                .init(member: .capacity, label: "2 TB", medium: "1073741824"),
            ])
    }
}
