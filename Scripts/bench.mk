# What `make bench` needs beside the kernel: the traces as 32-bit Linux programs. See Tests/Bench.

BENCH := .build/bench
BENCH_HOST := Tests/Bench/Host
BENCH_TRACES := $(BENCH)/program/i686-unknown-none-elf/release/libBenchProgram.a
# Static, so that callgrind has no dynamic linker to follow; position-dependent, as the library for i686 is (build-library);
# without -fcf-protection, as the peers were measured.
BENCH_LINK := gcc -m32 -O2 -static -no-pie -fno-pie -fcf-protection=none -Wall -Wextra -Werror -Wl,--gc-sections \
  -ITests/Bench/Hooks

.PHONY: bench
bench: tool $(KERNEL) bench-library ## count instructions, print a table, write .build/bench.json and BENCHMARKS.md
	@Scripts/set-up qemu valgrind
	@$(TOOL) bench --kernel $(KERNEL) --programs $(BENCH) --output .build/bench.json --markdown BENCHMARKS.md \
	  </dev/null

.PHONY: bench-compare
bench-compare: ## what changed since BASE=<revision>, exact to the instruction; fails above 2%
	@test -n '$(BASE)' || { echo "Say which revision to compare with: make bench-compare BASE=main" >&2; exit 1; }
	@$(MAKE) --no-print-directory bench
	@$(TOOL) bench-compare --base '$(BASE)' </dev/null

# SwiftPM adds to an archive that exists, so the old one goes first.
.PHONY: bench-programs
bench-programs:
	@Scripts/set-up swift lib32 valgrind
	@rm -f $(BENCH_TRACES)
	@Scripts/step "Compiling the traces" $(LOGS)/bench-traces.log \
	  swift build --build-system native -c release --triple i686-unknown-none-elf \
	  --toolset Scripts/bench-toolset.json --scratch-path $(BENCH)/program --product BenchProgram
	@Scripts/step "Compiling the engine for measuring" $(LOGS)/bench-arena.log Scripts/build-engine BenchArena
	@Scripts/step "Compiling kmem for measuring" $(LOGS)/bench-memory.log Scripts/build-engine BenchMemory
	@Scripts/step "Compiling the engine for size" $(LOGS)/bench-text.log Scripts/build-engine BenchText -Xswiftc -Osize
	@Scripts/step "Linking the bench programs" $(LOGS)/bench-link.log $(MAKE) --no-print-directory bench-link

.PHONY: bench-link
bench-link:
	$(BENCH_LINK) -o $(BENCH)/null $(BENCH_HOST)/main.c $(BENCH_HOST)/null.c $(BENCH_TRACES)
	$(BENCH_LINK) -o $(BENCH)/calibration $(BENCH_HOST)/main.c $(BENCH_HOST)/calibration.c $(BENCH_TRACES)
	$(BENCH_LINK) -o $(BENCH)/arena $(BENCH_HOST)/main.c $(BENCH)/BenchArena.o $(BENCH_TRACES)
	$(BENCH_LINK) -o $(BENCH)/memory $(BENCH_HOST)/memory.c $(BENCH)/BenchMemory.o
	$(BENCH_LINK) -o $(BENCH)/memory-null $(BENCH_HOST)/memory.c $(BENCH_HOST)/memory_null.c
	ld.lld -m elf_i386 --gc-sections --unresolved-symbols=ignore-all -o $(BENCH)/engine-text \
	  $(addprefix -u root_,create add_storage destroy add allocate explain free free_fragment segment span statistics) \
	  -e root_create $(BENCH)/BenchText.o

# The same through the C library.
.PHONY: bench-library
bench-library: lib bench-programs
	@Scripts/step "Linking the library's bench program" $(LOGS)/bench-library.log \
	  $(BENCH_LINK) -I.build/include -o $(BENCH)/c-arena $(BENCH_HOST)/main.c $(BENCH_HOST)/vmem.c \
	  $(BENCH_TRACES) .build/lib/libtessera-i686.a
	@Scripts/step "Linking the extent's bench program" $(LOGS)/bench-extent.log \
	  $(BENCH_LINK) -I.build/include -o $(BENCH)/c-extent $(BENCH_HOST)/extent.c .build/lib/libtessera-i686.a
