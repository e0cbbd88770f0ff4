# What `make bench` needs beside the kernel: the traces as 32-bit Linux programs. See Tests/Bench.

BENCH := .build/bench
BENCH_BUILD := swift build --build-system native -c release --triple i686-unknown-none-elf \
  --toolset Scripts/bench-toolset.json
BENCH_ARCHIVES := $(BENCH)/i686-unknown-none-elf/release
# Static, so that callgrind has no dynamic linker to follow; without -fcf-protection, as the peers were measured.
BENCH_LINK := gcc -m32 -O2 -static -no-pie -fcf-protection=none -Wall -Wextra -Werror -Wl,--gc-sections \
  -ITests/Bench/Hooks

.PHONY: bench
bench: tool $(KERNEL) bench-programs ## count instructions, print a table, write .build/bench.json and BENCHMARKS.md
	@Scripts/set-up qemu valgrind
	@$(TOOL) bench --kernel $(KERNEL) --programs $(BENCH) --output .build/bench.json --markdown BENCHMARKS.md \
	  </dev/null

.PHONY: bench-compare
bench-compare: ## what changed since BASE=<revision>, exact to the instruction; fails above 2%
	@test -n '$(BASE)' || { echo "Say which revision to compare with: make bench-compare BASE=main" >&2; exit 1; }
	@$(MAKE) --no-print-directory bench
	@$(TOOL) bench-compare --base '$(BASE)' </dev/null

# SwiftPM adds to an archive that exists, so the old ones go first.
.PHONY: bench-programs
bench-programs:
	@Scripts/set-up swift lib32 valgrind
	@rm -f $(BENCH_ARCHIVES)/*.a $(BENCH)/size/i686-unknown-none-elf/release/*.a
	@Scripts/step "Compiling the traces" $(LOGS)/bench-traces.log \
	  $(BENCH_BUILD) --scratch-path $(BENCH) --product BenchProgram
	@Scripts/step "Compiling the engine for measuring" $(LOGS)/bench-arena.log \
	  $(BENCH_BUILD) --scratch-path $(BENCH) --product BenchArena
	@Scripts/step "Compiling the engine for size" $(LOGS)/bench-text.log \
	  $(BENCH_BUILD) -Xswiftc -Osize --scratch-path $(BENCH)/size --product BenchText
	@Scripts/step "Linking the bench programs" $(LOGS)/bench-link.log $(MAKE) --no-print-directory bench-link

.PHONY: bench-link
bench-link:
	$(BENCH_LINK) -o $(BENCH)/null Tests/Bench/Host/main.c Tests/Bench/Host/null.c $(BENCH_ARCHIVES)/libBenchProgram.a
	$(BENCH_LINK) -o $(BENCH)/calibration Tests/Bench/Host/main.c Tests/Bench/Host/calibration.c \
	  $(BENCH_ARCHIVES)/libBenchProgram.a
	$(BENCH_LINK) -o $(BENCH)/arena Tests/Bench/Host/main.c $(BENCH_ARCHIVES)/libBenchProgram.a \
	  $(BENCH_ARCHIVES)/libBenchArena.a
	ld.lld -m elf_i386 --gc-sections --unresolved-symbols=ignore-all -o $(BENCH)/engine-text \
	  $(addprefix -u root_,create add_storage destroy add allocate explain free free_fragment segment span statistics) \
	  -e root_create $(BENCH)/size/i686-unknown-none-elf/release/libBenchText.a
