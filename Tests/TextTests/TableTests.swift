import Testing
import Text

@Suite("Table")
struct TableTests {
  @Test("columns are as wide as their widest cell and lines end without blanks (Text-I7)")
  func alignment() {
    var timesAsked = 0
    let text = written { recorder in
      Table<Recorder, 3>.write(to: &recorder) { table in
        timesAsked += 1
        for (name, size) in [("io", UInt32(65536)), ("memory", 7)] {
          table.cell { $0.write(name.utf8Bytes.span) }
          table.cell(.right) { $0.write(decimal: size) }
          table.cell("end")
          table.endRow()
        }
        table.cell("short")
        table.endRow()
      }
    }
    #expect(text == "io      65536  end\nmemory      7  end\nshort\n")
    #expect(timesAsked == 2)
  }

  @Test("the last row may have fewer cells, right-aligned ones too")
  func raggedRows() {
    let text = written { recorder in
      Table<Recorder, 2>.write(to: &recorder) { table in
        table.cell("1", .right)
        table.endRow()
        table.cell("200", .right)
        table.cell("x", .right)
        table.endRow()
      }
    }
    #expect(text == "  1\n200  x\n")
  }
}
