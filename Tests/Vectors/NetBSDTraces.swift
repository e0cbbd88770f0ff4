import VMem

/// Random histories that NetBSD's vmem went through with best fit (`sys/kern/subr_vmem.c`, a 32-bit build of 2015).
///
/// Whether a request succeeds and that its constraints hold is the contract; which of several places it gets is
/// not. Each request must be possible here as well, and possible where upstream put it; there it is then put.
extension ArenaStage {
  func netBSDTraces(_ report: (ArenaCase) -> Void) {
    trace0(report)
    trace1(report)
    trace2(report)
  }

  private func trace0(_ report: (ArenaCase) -> Void) {
    play("netbsd vmem trace 0: constraints over two spans", quantum: 1, report) { s in
      s.span(0, count: 0x4000)
      s.span(0x8000, count: 0x4000)
      trace0Begins(&s)
      trace0Ends(&s)
    }
  }

  private func trace0Begins(_ s: inout ArenaScript<UInt32>) {
    s.replays(Ask(0x354, align: 0x10, phase: 0xA, nocross: 0x400, policy: .bestFit), at: 0x800A)
    s.frees(0x800A, 0x354)
    s.refuses(Ask(0x561, align: 1, nocross: 0x800, min: 0x3CDB, max: 0x78AF, policy: .bestFit))
    s.replays(Ask(0x7E, nocross: 0x80, policy: .bestFit), at: 0x8000)
    s.replays(Ask(0x561, align: 8, phase: 4, policy: .bestFit), at: 0x8084)
    s.replays(Ask(0x225, align: 0x40, min: 0x9C7C, max: 0xA71C, policy: .bestFit), at: 0x9C80)
    s.frees(0x8084, 0x561)
    s.replays(Ask(0xAD, policy: .bestFit), at: 0x807E)
    s.frees(0x9C80, 0x225)
    s.replays(Ask(0x3F5, align: 0x10, phase: 0xD, policy: .bestFit), at: 0x812D)
    s.replays(Ask(0x310, align: 4, nocross: 0x400, min: 0x234, max: 0x836, policy: .bestFit), at: 0x400)
    s.frees(0x400, 0x310)
    s.replays(Ask(0x49F, align: 4, policy: .bestFit), at: 0x8524)
    s.frees(0x812D, 0x3F5)
    s.replays(Ask(0x361, policy: .bestFit), at: 0x812B)
    s.replays(Ask(0xE5, policy: .bestFit), at: 0x89C3)
    s.replays(Ask(0x545, align: 0x10, nocross: 0x800, min: 0x2EA8, max: 0x3B56, policy: .bestFit), at: 0x3000)
    s.replays(Ask(0x109, align: 4, phase: 1, nocross: 0x200, policy: .bestFit), at: 0x3601)
    s.frees(0x89C3, 0xE5)
    s.replays(Ask(0x24C, nocross: 0x400, min: 0xAB14, max: 0xB108, policy: .bestFit), at: 0xAC00)
    s.frees(0x3000, 0x545)
    s.refuses(Ask(0x57A, align: 1, min: 0x702F, max: 0x87F8, policy: .bestFit))
    s.replays(Ask(0x19A, min: 0x89EA, max: 0xAE4F, policy: .bestFit), at: 0x89EA)
    s.frees(0x812B, 0x361)
    s.refuses(Ask(0x3D3, align: 1, min: 0x6675, max: 0x6E29, policy: .bestFit))
    s.frees(0x3601, 0x109)
    s.frees(0xAC00, 0x24C)
    s.replays(Ask(0x206, nocross: 0x4000, policy: .bestFit), at: 0x812B)
    s.replays(Ask(0x3B6, nocross: 0x400, policy: .bestFit), at: 0x8C00)
    s.replays(Ask(0x371, nocross: 0x400, policy: .bestFit), at: 0x9000)
  }

  private func trace0Ends(_ s: inout ArenaScript<UInt32>) {
    s.replays(Ask(0x425, policy: .bestFit), at: 0x9371)
    s.replays(Ask(0x1BE, min: 0x2D45, max: 0x9F4C, policy: .bestFit), at: 0x8331)
    s.frees(0x9371, 0x425)
    s.replays(Ask(0x11F, nocross: 0x200, policy: .bestFit), at: 0x9400)
    s.frees(0x89EA, 0x19A)
    s.replays(Ask(0x4F0, nocross: 0x800, policy: .bestFit), at: 0x9800)
    s.replays(Ask(0x345, align: 0x20, policy: .bestFit), at: 0x9D00)
    s.replays(Ask(0x76, policy: .bestFit), at: 0x9371)
    s.replays(Ask(0x131, align: 4, nocross: 0x400, policy: .bestFit), at: 0x9520)
    s.replays(Ask(0x13, align: 8, policy: .bestFit), at: 0x93E8)
    s.frees(0x8000, 0x7E)
    s.replays(Ask(0x541, align: 2, phase: 1, nocross: 0x800, policy: .bestFit), at: 0xA045)
    s.replays(Ask(0x11C, align: 0x20, phase: 0x11, policy: .bestFit), at: 0x9651)
    s.replays(Ask(0x30, align: 1, min: 0x457F, max: 0xBC55, policy: .bestFit), at: 0x84EF)
    s.refuses(Ask(0x48E, nocross: 0x800, min: 0x87A0, max: 0x9A13, policy: .bestFit))
    s.frees(0x93E8, 0x13)
    s.frees(0x9D00, 0x345)
    s.frees(0x9800, 0x4F0)
    s.replays(Ask(0x5B9, nocross: 0x800, min: 0x8FD8, max: 0xAD0B, policy: .bestFit), at: 0x9800)
    s.frees(0x9000, 0x371)
    s.replays(Ask(0x52A, align: 2, nocross: 0x800, policy: .bestFit), at: 0xA800)
    s.frees(0x812B, 0x206)
    s.frees(0x8331, 0x1BE)
    s.replays(Ask(0xA, nocross: 0x80, policy: .bestFit), at: 0x93E7)
    s.replays(Ask(0x4A6, nocross: 0x800, policy: .bestFit), at: 0xB000)
    s.replays(Ask(0x39C, align: 1, policy: .bestFit), at: 0x812B)
    s.frees(0x9651, 0x11C)
    s.replays(Ask(0x2C9, policy: .bestFit), at: 0xAD2A)
    s.replays(Ask(0x1E0, align: 1, min: 0x777F, max: 0xB556, policy: .bestFit), at: 0xA586)
    s.replays(Ask(0x284, policy: .bestFit), at: 0x8FB6)
  }

  private func trace1(_ report: (ArenaCase) -> Void) {
    play("netbsd vmem trace 1: to the end of the space, quantum 16", quantum: 0x10, report) { s in
      s.span(0xFFFF_0000, count: 0x0001_0000)
      trace1Begins(&s)
      trace1Ends(&s)
    }
  }

  private func trace1Begins(_ s: inout ArenaScript<UInt32>) {
    s.replays(Ask(0x24A, policy: .bestFit), at: 0xFFFF_0000)
    s.frees(0xFFFF_0000, 0x24A)
    s.replays(Ask(0x5E4, policy: .bestFit), at: 0xFFFF_0000)
    s.frees(0xFFFF_0000, 0x5E4)
    s.replays(Ask(0x118, align: 0x80, policy: .bestFit), at: 0xFFFF_0000)
    s.frees(0xFFFF_0000, 0x118)
    s.replays(Ask(0x5D4, align: 0x200, phase: 0x130, policy: .bestFit), at: 0xFFFF_0130)
    s.frees(0xFFFF_0130, 0x5D4)
    s.replays(Ask(0x280, align: 0x100, phase: 0x60, policy: .bestFit), at: 0xFFFF_0060)
    s.frees(0xFFFF_0060, 0x280)
    s.replays(
      Ask(0x6A, align: 0x400, phase: 0x40, min: 0xFFFF_B27D, max: 0xFFFF_CFB3, policy: .bestFit),
      at: 0xFFFF_B440)
    s.replays(
      Ask(0x363, nocross: 0x400, min: 0xFFFF_D248, max: 0xFFFF_E305, policy: .bestFit), at: 0xFFFF_D400)
    s.frees(0xFFFF_D400, 0x363)
    s.frees(0xFFFF_B440, 0x6A)
    s.replays(
      Ask(0x1C9, nocross: 0x8000, min: 0xFFFF_B02F, max: 0xFFFF_DC94, policy: .bestFit), at: 0xFFFF_B030)
    s.frees(0xFFFF_B030, 0x1C9)
    s.replays(Ask(0xF1, align: 0x20, min: 0xFFFF_0B88, max: 0xFFFF_2538, policy: .bestFit), at: 0xFFFF_0BA0)
    s.frees(0xFFFF_0BA0, 0xF1)
    s.replays(Ask(0x5E8, policy: .bestFit), at: 0xFFFF_0000)
    s.replays(Ask(0x5A2, policy: .bestFit), at: 0xFFFF_05F0)
    s.frees(0xFFFF_05F0, 0x5A2)
    s.replays(Ask(0x58, policy: .bestFit), at: 0xFFFF_05F0)
    s.replays(Ask(0x339, policy: .bestFit), at: 0xFFFF_0650)
    s.replays(Ask(0x397, min: 0xFFFF_806C, max: 0xFFFF_CBA2, policy: .bestFit), at: 0xFFFF_8070)
    s.replays(Ask(0x34A, align: 0x80, policy: .bestFit), at: 0xFFFF_8480)
    s.replays(
      Ask(0x408, nocross: 0x800, min: 0xFFFF_05DD, max: 0xFFFF_116D, policy: .bestFit), at: 0xFFFF_0990)
    s.replays(Ask(0x203, nocross: 0x400, policy: .bestFit), at: 0xFFFF_0DA0)
    s.replays(Ask(0x5DA, policy: .bestFit), at: 0xFFFF_0FB0)
    s.frees(0xFFFF_0DA0, 0x203)
    s.replays(Ask(0xA, nocross: 0x10, policy: .bestFit), at: 0xFFFF_8410)
  }

  private func trace1Ends(_ s: inout ArenaScript<UInt32>) {
    s.replays(Ask(0x500, nocross: 0x800, policy: .bestFit), at: 0xFFFF_1800)
    s.replays(
      Ask(0x448, align: 0x10, nocross: 0x800, min: 0xFFFF_5708, max: 0xFFFF_C742, policy: .bestFit),
      at: 0xFFFF_5800)
    s.replays(Ask(0x256, nocross: 0x800, policy: .bestFit), at: 0xFFFF_1590)
    s.frees(0xFFFF_0650, 0x339)
    s.replays(Ask(0x3C5, align: 0x10, nocross: 0x2000, policy: .bestFit), at: 0xFFFF_6000)
    s.frees(0xFFFF_0990, 0x408)
    s.frees(0xFFFF_0FB0, 0x5DA)
    s.frees(0xFFFF_5800, 0x448)
    s.replays(
      Ask(0x2F4, align: 0x80, nocross: 0x400, min: 0xFFFF_22F0, max: 0xFFFF_7DE3, policy: .bestFit),
      at: 0xFFFF_6400)
    s.replays(Ask(0x5D, align: 0x20, phase: 0x10, nocross: 0x80, policy: .bestFit), at: 0xFFFF_0690)
    s.frees(0xFFFF_8480, 0x34A)
    s.replays(Ask(0x345, policy: .bestFit), at: 0xFFFF_06F0)
    s.frees(0xFFFF_05F0, 0x58)
    s.frees(0xFFFF_0000, 0x5E8)
    s.replays(Ask(0x282, align: 0x20, policy: .bestFit), at: 0xFFFF_0000)
    s.replays(Ask(0x5FA, policy: .bestFit), at: 0xFFFF_0A40)
    s.replays(Ask(0x58A, policy: .bestFit), at: 0xFFFF_6700)
    s.frees(0xFFFF_0000, 0x282)
    s.frees(0xFFFF_06F0, 0x345)
    s.replays(Ask(0x22D, policy: .bestFit), at: 0xFFFF_06F0)
    s.frees(0xFFFF_0690, 0x5D)
    s.frees(0xFFFF_6400, 0x2F4)
    s.frees(0xFFFF_6000, 0x3C5)
    s.frees(0xFFFF_8070, 0x397)
    s.frees(0xFFFF_6700, 0x58A)
    s.replays(Ask(0x1D7, min: 0xFFFF_321C, max: 0xFFFF_3CEF, policy: .bestFit), at: 0xFFFF_3220)
    s.replays(Ask(0x5F3, min: 0xFFFF_00DC, max: 0xFFFF_E952, policy: .bestFit), at: 0xFFFF_00E0)
    s.frees(0xFFFF_8410, 0xA)
    s.frees(0xFFFF_3220, 0x1D7)
    s.replays(Ask(0x271, align: 0x10, nocross: 0x400, policy: .bestFit), at: 0xFFFF_1040)
  }

  private func trace2(_ report: (ArenaCase) -> Void) {
    play("netbsd vmem trace 2: pages of a large span, quantum 256", quantum: 0x100, report) { s in
      s.span(0x1000, count: 0x0EFF_F000)
      trace2Begins(&s)
      trace2Ends(&s)
    }
  }

  private func trace2Begins(_ s: inout ArenaScript<UInt32>) {
    s.replays(Ask(0x0001_5240, min: 0x0DD9_B13A, max: 0x0EE0_122C, policy: .bestFit), at: 0x0DD9_B200)
    s.replays(Ask(0x0001_3280, min: 0x096B_46E6, max: 0x0C61_319A, policy: .bestFit), at: 0x096B_4700)
    s.replays(
      Ask(0xE880, align: 0x200, phase: 0x100, min: 0x0B63_5C95, max: 0x0BA2_3FD9, policy: .bestFit),
      at: 0x0B63_5D00)
    s.replays(Ask(0xA700, align: 0x1000, phase: 0x200, policy: .bestFit), at: 0x096C_8200)
    s.replays(Ask(0x9BC0, min: 0x0151_8B7B, max: 0x0466_45E9, policy: .bestFit), at: 0x0151_8C00)
    s.replays(Ask(0x23C0, policy: .bestFit), at: 0x1000)
    s.replays(Ask(0x2E00, min: 0x00A3_0C62, max: 0x0396_8C4C, policy: .bestFit), at: 0x00A3_0D00)
    s.frees(0x00A3_0D00, 0x2E00)
    s.replays(Ask(0x2780, policy: .bestFit), at: 0x3400)
    s.replays(Ask(0xCC0, align: 0x200, policy: .bestFit), at: 0x5C00)
    s.replays(
      Ask(0x5700, nocross: 0x8000, min: 0x09B0_E7BA, max: 0x0ABA_B145, policy: .bestFit), at: 0x09B1_0000)
    s.replays(
      Ask(0x56C0, align: 0x400, nocross: 0x8000, min: 0x0583_B419, max: 0x0B31_14D0, policy: .bestFit),
      at: 0x096D_8000)
    s.replays(Ask(0x9700, align: 0x2000, phase: 0x1800, policy: .bestFit), at: 0x096D_D800)
    s.frees(0x5C00, 0xCC0)
    s.replays(Ask(0xEBC0, policy: .bestFit), at: 0x096E_6F00)
    s.frees(0x096D_D800, 0x9700)
    s.replays(Ask(0x4400, policy: .bestFit), at: 0x096D_2900)
    s.replays(Ask(0x5D40, min: 0x0225_DA27, max: 0x0317_A869, policy: .bestFit), at: 0x0225_DB00)
    s.replays(Ask(0x5240, min: 0x0799_C08B, max: 0x09A0_8D01, policy: .bestFit), at: 0x096D_D700)
    s.replays(Ask(0x0001_4BC0, align: 0x1000, phase: 0xF00, policy: .bestFit), at: 0x096F_5F00)
    s.replays(Ask(0xD240, min: 0x0860_B92A, max: 0x0B08_1B45, policy: .bestFit), at: 0x0970_AB00)
    s.frees(0x0970_AB00, 0xD240)
    s.replays(Ask(0x6240, align: 0x2000, phase: 0x200, policy: .bestFit), at: 0x0970_C200)
    s.replays(
      Ask(
        0x0001_6DC0, align: 0x2000, phase: 0x200, nocross: 0x0002_0000, min: 0x04EC_FA6E, max: 0x0E5C_CD2D,
        policy: .bestFit), at: 0x0972_0200)
    s.frees(0x09B1_0000, 0x5700)
    s.frees(0x1000, 0x23C0)
    s.replays(Ask(0x0001_3900, align: 0x1000, nocross: 0x0002_0000, policy: .bestFit), at: 0x0152_3000)
    s.replays(Ask(0xFA80, nocross: 0x0020_0000, policy: .bestFit), at: 0x0153_6900)
    s.replays(Ask(0x0001_0640, policy: .bestFit), at: 0x0154_6400)
    s.replays(Ask(0x8180, policy: .bestFit), at: 0x0971_2500)
  }

  private func trace2Ends(_ s: inout ArenaScript<UInt32>) {
    s.frees(0x0971_2500, 0x8180)
    s.replays(
      Ask(0xA900, align: 0x200, min: 0x0B5B_E967, max: 0x0B7C_4B45, policy: .bestFit), at: 0x0B5B_EA00)
    s.frees(0x0B63_5D00, 0xE880)
    s.frees(0x0225_DB00, 0x5D40)
    s.frees(0x0970_C200, 0x6240)
    s.frees(0x0154_6400, 0x0001_0640)
    s.frees(0x0153_6900, 0xFA80)
    s.frees(0x0152_3000, 0x0001_3900)
    s.replays(
      Ask(0x0001_0140, align: 0x800, phase: 0x300, nocross: 0x0004_0000, policy: .bestFit), at: 0x0970_AB00)
    s.frees(0x096F_5F00, 0x0001_4BC0)
    s.replays(
      Ask(
        0x1680, align: 0x400, phase: 0x300, nocross: 0x8000, min: 0x0ECD_8C14, max: 0x0EF5_8DB1,
        policy: .bestFit), at: 0x0ECD_8F00)
    s.replays(Ask(0x0001_3B00, min: 0x0D77_896B, max: 0x0E21_287F, policy: .bestFit), at: 0x0DDB_0500)
    s.replays(
      Ask(0x8040, nocross: 0x0001_0000, min: 0x00AD_8622, max: 0x0B75_3464, policy: .bestFit), at: 0x096F_5B00
    )
    s.replays(Ask(0xF4C0, policy: .bestFit), at: 0x0ECD_A600)
    s.replays(
      Ask(0x2140, align: 0x800, phase: 0x300, nocross: 0x0004_0000, policy: .bestFit), at: 0x0971_B300)
    s.frees(0x0ECD_A600, 0xF4C0)
    s.frees(0x096C_8200, 0xA700)
    s.frees(0x096B_4700, 0x0001_3280)
    s.replays(
      Ask(0xC440, align: 0x200, phase: 0x100, min: 0x04BE_4EA7, max: 0x0519_1102, policy: .bestFit),
      at: 0x04BE_4F00)
    s.replays(Ask(0x5B40, align: 0x800, nocross: 0x8000, policy: .bestFit), at: 0x0970_0000)
    s.replays(Ask(0x0001_3680, policy: .bestFit), at: 0x0ECD_A600)
    s.replays(Ask(0xE780, nocross: 0x0001_0000, policy: .bestFit), at: 0x0ECF_0000)
    s.replays(Ask(0x72C0, policy: .bestFit), at: 0x0ECF_E800)
    s.replays(Ask(0x2C40, policy: .bestFit), at: 0x0971_D500)
    s.replays(Ask(0xD80, policy: .bestFit), at: 0x096D_6D00)
    s.replays(
      Ask(0x9C00, nocross: 0x0001_0000, min: 0x0279_A9D8, max: 0x0777_BD77, policy: .bestFit), at: 0x027A_0000
    )
    s.frees(0x0972_0200, 0x0001_6DC0)
    s.frees(0x0971_D500, 0x2C40)
    s.replays(Ask(0x64C0, policy: .bestFit), at: 0x0ED0_5B00)
    s.frees(0x096D_2900, 0x4400)
  }
}
