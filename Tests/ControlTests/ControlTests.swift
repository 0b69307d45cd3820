import Custody
import Foundation
import Testing

@testable import Control

@Suite struct Forms {
    @Test func aDeviceShowsEveryMemberEvenWhereNothingIsKnown() throws {
        let description = MediumDescription(
            make: nil, model: nil, serial: nil, wwn: nil, firmware: nil, bus: nil, capacity: 1, logicalSectorSize: 512,
            physicalSectorSize: 512, removable: false, partitionTable: nil, partitions: [], diskSequence: 1, udev: [:])
        let view = DeviceView(device: "/dev/sdz", description: description, protection: nil, state: .ignored)
        let text = String(decoding: try JSONForm.encode(view), as: UTF8.self)
        for name in ["make", "model", "serial", "wwn", "bus", "medium", "case", "exhibit", "entry", "firmware"] {
            #expect(text.contains("\"\(name)\":null"), "\(name)")
        }
        #expect(text.contains("\"readOnly\":false"))
    }

    @Test func requestsComeBackAsTheyWent() throws {
        let request = SealRequest(
            of: ExhibitReference(exhibit: "E1", caseNumber: "2026-001"), number: "F-1", method: "防拆封条", place: nil,
            present: ["甲"],
            note: nil, attachments: [.init(sha256: "00", name: "x", type: .photoAfter)])
        let bytes = try JSONForm.encode(request)
        let again = try JSONForm.decode(SealRequest.self, from: bytes)
        #expect(try JSONForm.encode(again) == bytes)
        #expect(again.of.caseNumber == "2026-001")
    }

    @Test func aSocketThatNobodyServes() async throws {
        let client = ControlClient(socket: "/tmp/no-such-socket-\(UUID().uuidString)", language: .english, person: nil)
        let error = try await #require(throws: ControlError.self) { try await client.get("/v1/status", as: StatusView.self) }
        #expect(error.code == "unreachable")
        #expect(error.message(in: .chinese).contains("是否已启动"))
    }
}
