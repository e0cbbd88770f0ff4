/* What the page takes as given: a serial line that is ready. */
uint32_t tessera_bus_read(int type, uintptr_t address, int width) {
  return type == BUS_SPACE_TYPE_IO && address == 0x3fd && width == 1 ? 0x20 : ~0u;
}

void tessera_bus_write(int type, uintptr_t address, uint32_t value, int width) {
  if (type != BUS_SPACE_TYPE_IO || address != 0x3f8 || value != '!' || width != 1) puts("a wrong access");
}
