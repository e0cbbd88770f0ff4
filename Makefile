# Tessera. `make help` lists the targets.
#
# SwiftPM compiles everything; the kernel's compiler flags are in Package.swift, Scripts/i686-toolset.json and
# Scripts/build-kernel. This file adds only the one explicit link of the kernel. Build steps talk on standard error and
# keep their output in .build/logs; standard input belongs to `make run`.

CONFIG ?= release
APPEND ?=
WINDOW ?=
PICTURE ?= .build/screenshot.png
SWAP ?= .build/swap.img
SHELL := /bin/sh
.SUFFIXES:
.NOTPARALLEL:
.DEFAULT_GOAL := help

SWIFT_BIN := $(shell Scripts/find-swift --quiet </dev/null)
export PATH := $(if $(SWIFT_BIN),$(SWIFT_BIN):)$(PATH)

LOGS := .build/logs
TOOL := .build/$(shell uname -m)-unknown-linux-gnu/debug/tessera
# What Scripts/build-kernel leaves: an archive, or bitcode and the objects of Boot.
OBJECTS := $(if $(filter debug,$(CONFIG)),.build/i686-unknown-none-elf/debug/libKernelImage.a,\
  .build/kernel/root/*.bc .build/kernel/scratch/i686-unknown-none-elf/release/Boot.build/*.o)
KERNEL := $(if $(filter debug,$(CONFIG)),.build/kernel-debug.elf,.build/kernel.elf)
ISO := .build/tessera.iso

.PHONY: help
help: ## list the targets
	@echo "make <target>        CONFIG=debug builds the kernel without optimisation"
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-19s %s\n", $$1, $$2 }'

# --- The kernel

.PHONY: kernel
kernel: $(KERNEL) ## build the kernel image: .build/kernel.elf

LINK := ld.lld -m elf_i386 -T Linker/kernel.ld --gc-sections --lto-O2 -z noexecstack

# The image file is replaced only when it changed, so that nothing that depends on it is made again in vain; and it is linked,
# which takes most of the time, only when something goes into it that did not the last time.
.PHONY: compile
compile:
	@Scripts/set-up swift
	@Scripts/step "Compiling the kernel ($(CONFIG))" $(LOGS)/kernel-$(CONFIG).log Scripts/build-kernel $(CONFIG)
	@goes_in=$$({ echo '$(LINK)'; ld.lld --version; cat Linker/kernel.ld $(OBJECTS); } | sha256sum); \
	if [ -e $(KERNEL) ] && [ "$$goes_in" = "$$(cat $(KERNEL).from 2>/dev/null)" ]; then exit 0; fi; \
	rm -f $(KERNEL).from; \
	Scripts/step "Linking" $(LOGS)/link-$(CONFIG).log $(LINK) -o $(KERNEL).new $(OBJECTS) || \
	  { echo "Functions that would need a heap, if that is why:" >&2; Scripts/who-allocates $(OBJECTS) >&2; exit 1; }; \
	if cmp -s $(KERNEL).new $(KERNEL); then rm $(KERNEL).new; else mv $(KERNEL).new $(KERNEL); fi; \
	echo "$$goes_in" >$(KERNEL).from

$(KERNEL): compile ;

# With a heap under Swift's runtime. From the objects of the debug image, which is compiled before.
.PHONY: kernel-heap
kernel-heap: ## build the test image that has Swift's classes, arrays and strings: .build/kernel-heap.elf
	@Scripts/set-up swift lib32
	@Scripts/step "Compiling the kernel with a heap" $(LOGS)/kernel-heap.log Scripts/build-heap-kernel .build/kernel-heap.elf

.PHONY: iso
iso: need-iso $(ISO) ## build the CD image that GRUB boots: .build/tessera.iso

$(ISO): $(KERNEL) $(TOOL)
	@$(TOOL) iso --kernel $(KERNEL) --output $@

# What a target needs is installed before anything is compiled, so that a machine that cannot do it says so at once.
.PHONY: need-qemu need-iso need-gdb need-tests
need-qemu:
	@Scripts/set-up swift qemu $(if $(WINDOW),window)
need-iso:
	@Scripts/set-up swift iso
need-gdb:
	@Scripts/set-up swift gdb
need-tests:
	@Scripts/set-up swift qemu iso lib32 valgrind manual

# --- Running it

.PHONY: run
run: need-qemu tool $(KERNEL) ## boot in QEMU, serial line on this terminal (APPEND='words', WINDOW=1); Ctrl-A X leaves
	@$(TOOL) run --kernel $(KERNEL) $(if $(SWAP),--swap '$(SWAP)') $(if $(WINDOW),--window) $(if $(APPEND),--append '$(subst ','\'',$(APPEND))')

.PHONY: run-iso
run-iso: need-qemu tool iso ## the same from the CD image
	@$(TOOL) run --iso $(ISO) --kernel $(KERNEL) $(if $(SWAP),--swap '$(SWAP)') $(if $(WINDOW),--window)

.PHONY: swap-image
swap-image: tool ## write a fresh disk image to swap on: SWAP=.build/swap.img (make run makes it too; SWAP= runs without)
	@$(TOOL) swap-image --output '$(SWAP)'

.PHONY: debug
debug: ## boot halted and attach gdb at kmain, with symbols (debug build unless CONFIG says otherwise)
	@$(MAKE) --no-print-directory debug-session CONFIG=$(if $(filter file,$(origin CONFIG)),debug,$(CONFIG))

.PHONY: debug-session
debug-session: need-qemu need-gdb tool $(KERNEL)
	@$(TOOL) debug --kernel $(KERNEL)

.PHONY: screenshot
screenshot: need-qemu tool $(KERNEL) ## boot, draw the arenas, write PICTURE=.build/screenshot.png
	@$(TOOL) screenshot --kernel $(KERNEL) --output '$(PICTURE)' </dev/null

RESOURCES := Kernel/Main/Main.docc/Resources

.PHONY: pictures
pictures: need-qemu tool $(KERNEL) ## make the pictures of the README anew: the arenas, and a timeline from an operation log
	@$(TOOL) screenshot --kernel $(KERNEL) --output $(RESOURCES)/arenas.png </dev/null
	@mkdir -p $(LOGS)
	@printf 'log trial on 1000\ndevtest mix 400\nlog trial dump\n' | \
	  $(TOOL) run --kernel $(KERNEL) >$(LOGS)/timeline.log
	@$(TOOL) render $(LOGS)/timeline.log --output $(RESOURCES)/timeline.svg

include Scripts/bench.mk

.PHONY: symbolize
symbolize: tool $(KERNEL) ## turn the addresses of a kernel report on standard input into names and lines
	@$(TOOL) symbolize --kernel $(KERNEL)

# --- The library for kernels in C

PREFIX ?= /usr/local

.PHONY: lib
lib: ## build the library for C: .build/lib/libtessera-{i686,x86_64}.a, headers in .build/include
	@Scripts/set-up swift lib32
	@Scripts/step "Compiling the library (i686)" $(LOGS)/library-i686.log Scripts/build-library i686
	@Scripts/step "Compiling the library (x86_64)" $(LOGS)/library-x86_64.log Scripts/build-library x86_64

.PHONY: install
install: lib ## install library, headers and manual pages under PREFIX=/usr/local
	@Scripts/install-library "$(DESTDIR)" "$(PREFIX)"

.PHONY: test-library
test-library: tool lib ## the library's tests only: native, 32 and 64 bits
	@Scripts/set-up manual qemu
	@$(TOOL) test --only library </dev/null $(ENDING_QUIETLY)

# --- Testing it

# The last line of a test run is `N passed, N failed`, also when some failed; make would add a line of its own.
# SIGPIPE is the one signal that ends make without a word; where it is ignored, `exit 1` fails the ordinary way.
ENDING_QUIETLY = || { kill -s PIPE $$PPID; exit 1; }
NOTHING_RAN = echo "0 passed, 1 failed"; kill -s PIPE $$PPID; exit 1

.PHONY: test
test: ## every test: host, ELF checks, self-tests in QEMU; the last line is `N passed, N failed`
	@$(MAKE) --no-print-directory need-tests test-image bench-programs verify-programs || { $(NOTHING_RAN); }
	@$(TOOL) test </dev/null $(ENDING_QUIETLY)

.PHONY: test-host
test-host: ## the host's unit tests only
	@$(MAKE) --no-print-directory compile-tests || { $(NOTHING_RAN); }
	@$(TOOL) test --only host </dev/null $(ENDING_QUIETLY)

.PHONY: test-qemu
test-qemu: ## ELF checks and the tests in QEMU only
	@$(MAKE) --no-print-directory need-tests test-image || { $(NOTHING_RAN); }
	@$(TOOL) test --only elf --only qemu </dev/null $(ENDING_QUIETLY)

.PHONY: test-instructions
test-instructions: ## the stated costs of the engine and of kmem, counted
	@$(MAKE) --no-print-directory compile-tests bench-programs || { $(NOTHING_RAN); }
	@$(TOOL) test --only instructions </dev/null $(ENDING_QUIETLY)

.PHONY: test-image
test-image: compile-tests
	@$(MAKE) --no-print-directory kernel CONFIG=debug
	@$(MAKE) --no-print-directory kernel-heap
	@$(MAKE) --no-print-directory kernel CONFIG=release
	@$(MAKE) --no-print-directory lib

# Generic code across modules is specialised only with this flag; without it the run takes fifty times as long.
VERIFY := swift build --build-system native -c release --scratch-path .build/verify \
  -Xswiftc -cross-module-optimization
QUANTA ?= 12

.PHONY: verify-programs
verify-programs:
	@Scripts/set-up swift
	@Scripts/step "Compiling the exhaustive test" $(LOGS)/exhaustive.log $(VERIFY) --product exhaustive
	@Scripts/step "Compiling the thread test" $(LOGS)/threads.log Scripts/build-threads

.PHONY: test-programs
test-programs: compile-tests verify-programs ## every state of small arenas, long random histories, threads
	@$(TOOL) test --only programs </dev/null $(ENDING_QUIETLY)

.PHONY: test-long
test-long: verify-programs tool ## every call from every state of arenas of QUANTA=12 quanta; long
	@$(TOOL) follow --name 'every state of arenas of $(QUANTA) quanta' -- .build/verify/release/exhaustive $(QUANTA)

SECONDS ?= 60

.PHONY: stress
stress: need-qemu tool $(KERNEL) ## pageable memory under a million random operations, shortage and failures; long
	@$(TOOL) swap-image --output .build/stress.img
	@$(TOOL) run --kernel $(KERNEL) --memory 8M --swap .build/stress.img --patience 3600 \
	  --append 'test=stress steps=1000000' </dev/null

.PHONY: fuzz
fuzz: tool ## fuzz the arena against the oracle for SECONDS=60, with AddressSanitizer
	@Scripts/set-up swift
	@Scripts/step "Compiling the fuzz target" $(LOGS)/fuzz-build.log Scripts/fuzz build
	@$(TOOL) follow --name fuzzing --seconds $(SECONDS) -- Scripts/fuzz $(SECONDS)

.PHONY: coverage
coverage: ## line coverage of the arena engine on the host, and the lines that are missing
	@Scripts/set-up swift
	@Scripts/coverage

.PHONY: prove
prove: tool ## prove the arithmetic of the fit over all 32-bit inputs (z3, some minutes)
	@$(TOOL) follow --name proofs -- Scripts/prove/prove

.PHONY: docs
docs: tool ## build the documentation as one site with DocC: .build/docs
	@Scripts/set-up swift
	@Scripts/step "Building the documentation" $(LOGS)/docs.log Scripts/build-docs $(TOOL)
	@echo "Wrote .build/docs. To read it: python3 -m http.server -d .build/docs, then"
	@echo "http://localhost:8000/documentation"

.PHONY: lint
lint: ## check the formatting of every Swift file and the syntax of every script
	@Scripts/set-up swift
	@Scripts/lint

.PHONY: format
format: ## format every Swift file in place
	@Scripts/set-up swift
	@swift format --in-place --parallel --recursive Package.swift Kernel Tests Scripts

.PHONY: check
check: ## exactly what CI runs: lint, docs, then test
	@$(MAKE) --no-print-directory lint && $(MAKE) --no-print-directory docs && $(MAKE) --no-print-directory test $(ENDING_QUIETLY)

.PHONY: clean
clean: ## remove everything that was built
	@rm -rf .build

# --- The tools

.PHONY: tool
tool: $(TOOL)

.PHONY: compile-tool
compile-tool:
	@Scripts/set-up swift
	@Scripts/step "Compiling the tools" $(LOGS)/tool.log swift build --build-system native --product tessera

$(TOOL): compile-tool ;

# The tools and every test of the host.
.PHONY: compile-tests
compile-tests:
	@Scripts/set-up swift
	@Scripts/step "Compiling tools and tests" $(LOGS)/tests.log swift build --build-system native --build-tests
