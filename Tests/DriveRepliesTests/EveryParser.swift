@testable import DriveReplies

/// Hands bytes to every parser.
func parseAll(_ bytes: [UInt8]) {
    _ = SCSIInquiry(bytes)
    _ = VPDPage.supported(bytes)
    _ = VPDPage.serial(bytes)
    _ = DeviceIdentification(bytes)
    _ = BlockCharacteristics(bytes)
    _ = BlockProvisioning(bytes)
    _ = ATAInformation(bytes).map { ATAIdentify($0.identify)?.capacity }
    _ = ReadCapacity(bytes)
    _ = ATAIdentify(bytes)?.capacity
    _ = ATARegisters(sense: bytes)?.nativeMaximum
    _ = DeviceConfiguration(bytes)
    _ = NVMeController(bytes)
    _ = NVMeNamespace(bytes)
    _ = namespaceList(bytes)
    _ = TCGDiscovery(bytes)
    _ = DriveText(bytes)
    _ = EncryptionSign(bytes)
    _ = CardIdentification(cid: String(decoding: bytes, as: UTF8.self), kind: bytes.count % 2 == 0 ? .sd : .mmc)
}
