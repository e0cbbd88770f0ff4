extension ByteSink {
  /// Writes what the monitor can do, a line for each form of a command.
  public mutating func writeMonitorHelp() {
    Table<Self, 2>.write(to: &self) { table in
      CommandName.each { name in
        name.eachForm { operands, meaning in table.form(of: name, operands, meaning) }
      }
    }
    write("help <command> shows examples; Tab completes, up and down bring earlier lines back")
    newline()
    write("numbers: 4096, 0x1000, 4K, 16M, 4G")
    newline()
  }

  /// Writes the forms of one command, its options if it has some, and examples.
  public mutating func writeHelp(on name: CommandName) {
    Table<Self, 2>.write(to: &self) { table in
      name.eachForm { operands, meaning in table.form(of: name, operands, meaning) }
    }
    if name == .allocate || name == .explain { writeOptions() }
    styled(.heading) { $0.write("examples") }
    newline()
    Table<Self, 2>.write(to: &self) { table in
      name.eachExample { line, meaning in
        table.cell {
          $0.write("  ")
          $0.write(line)
        }
        table.cell(meaning)
        table.endRow()
      }
    }
  }

  private mutating func writeOptions() {
    styled(.heading) { $0.write("options") }
    newline()
    Table<Self, 2>.write(to: &self) { table in
      table.option("  align=", "the first address is a multiple of this power of two")
      table.option("  phase=", "and of that much more")
      table.option("  nocross=", "no multiple of this power of two between first and last")
      table.option("  min= max=", "the lowest first and the highest last address")
      table.option("  at=", "exactly there")
    }
  }
}

extension Table {
  fileprivate mutating func form(of name: CommandName, _ operands: StaticString, _ meaning: StaticString) {
    cell { table in
      table.styled(.heading) { $0.write(name.word) }
      if operands.utf8CodeUnitCount > 0 {
        table.write(" ")
        table.write(operands)
      }
    }
    cell(meaning)
    endRow()
  }

  fileprivate mutating func option(_ option: StaticString, _ meaning: StaticString) {
    cell(option)
    cell(meaning)
    endRow()
  }
}
