# cloneshim: `make` builds, `make demo` shows, `make check` proves; `make help` lists the rest. V=1 shows every command.

.DEFAULT_GOAL := all
PREFIX ?= /usr/local
BUILD := build
ifeq ($(origin CC),default)
CC := gcc
endif
CSTD := -std=gnu11 -D_GNU_SOURCE
OPT ?= -O2 -g
WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition -Wpointer-arith \
	-Wwrite-strings -Wundef -Wvla -Wformat=2 -Wcast-align -Wlogical-op -Wduplicated-cond -Wnull-dereference
# WERROR=1 (CI sets it) makes warnings errors; not the default, so that a newer compiler's warnings stop nobody's build.
ifeq ($(WERROR),1)
WARNINGS += -Werror
endif
GENERATED := $(BUILD)/generated
INCLUDES := -Iinclude -Ishim -Itests -I$(GENERATED)
COMMON_FLAGS := $(CSTD) $(OPT) $(WARNINGS) $(INCLUDES) -MMD -MP

# The shim runs inside other people's programs, on the way to a system call: general registers only (libc keeps values in
# vector registers around its inline system calls), no stack protector, no thread-local storage (a task may have none), nothing
# exported but what is marked. It needs no other library and refers to five symbols, all weak, so that the same file loads under
# any glibc and under musl. -fno-builtin and no-tree-loop-distribute-patterns keep the compiler
# from calling libc's memcpy behind our back; shim/preload/memory.c has the few that it insists on.
# What is loaded is mapped as two segments, not four, and what a start touches of the data is sorted to lie together: every
# program that starts pays for each mapping and each page, and every fork again.
SHIM_FLAGS := -fPIC -ffreestanding -fno-builtin -fno-tree-loop-distribute-patterns -mgeneral-regs-only -fvisibility=hidden \
	-fno-stack-protector -fno-plt -fno-common -fasynchronous-unwind-tables -fcf-protection=full
SHIM_LINK := -shared -nostdlib -Wl,-soname,libcloneshim.so -Wl,-z,now -Wl,-z,relro -Wl,-z,noexecstack -Wl,-z,noseparate-code -Wl,-z,defs \
	-Wl,--hash-style=both -Wl,--sort-section=name -Wl,--version-script=shim/preload/exports.map

# The kernel's names for its system calls, out of its header for programs.
SYSCALL_NAMES := $(GENERATED)/decode/syscall_names.h
$(SYSCALL_NAMES):
	@mkdir -p $(@D)
	$(say) GEN $@
	$(Q)echo '#include <asm/unistd_64.h>' | $(CC) -E -dM - | \
		sed -n 's/^#define __NR_\([a-z0-9_]*\) \([0-9]*\)$$/SYSCALL_NAME(\2, \1)/p' | sort -t'(' -k2n >$@.new
	$(Q)test -s $@.new && mv $@.new $@

# Whatever includes it is compiled after it is made; from then on the compiler's dependencies tell.
$(patsubst %,%/shim/decode/names_syscall.o,$(BUILD)/shim $(BUILD)/command $(BUILD)/tests/objects $(BUILD)/sanitize $(BUILD)/fuzz): \
	$(SYSCALL_NAMES)

DECODE_SOURCES := $(wildcard shim/decode/*.c)
PRELOAD_SOURCES := $(wildcard shim/preload/*.c shim/preload/x86_64/*.c)
PRELOAD_ASM := $(wildcard shim/preload/x86_64/*.S)
# What runs at a start, and then in a call, comes first and so lies together, for the same reason.
AT_START := $(patsubst %,shim/preload/%.c,init process_start modules main_program clock pages memory task output sink libc_identity known_objects \
	trace_file trace_windows probe raw_sites details sink_trace trace_places trace_record \
	inject symbols) \
	shim/preload/x86_64/probe_patch.c shim/decode/config.c shim/decode/out.c shim/decode/libc_calls.c shim/decode/trace_header.c
IN_A_CALL := $(patsubst %,shim/preload/%.c,real interpose_pthread interpose_fork interpose_spawn call probe_hooks stack helpers observe dispatch window)
SHIM_SOURCES := $(AT_START) $(IN_A_CALL) $(filter-out $(AT_START) $(IN_A_CALL),$(DECODE_SOURCES) $(PRELOAD_SOURCES))
SHIM_OBJECTS := $(patsubst %.c,$(BUILD)/shim/%.o,$(SHIM_SOURCES)) $(patsubst %.S,$(BUILD)/shim/%.o,$(PRELOAD_ASM))
DEMOS := $(patsubst demos/%.c,$(BUILD)/demos/%,$(wildcard demos/*.c))

SHIM := $(BUILD)/libcloneshim.so
COMMAND := $(BUILD)/cloneshim
COMMAND_OBJECTS := $(patsubst %.c,$(BUILD)/command/%.o,$(wildcard shim/cli/*.c) $(DECODE_SOURCES))
COMMAND_LIBRARIES := -ljansson -ldw -lelf

.PHONY: all
all: $(SHIM) $(COMMAND) demos  ## build libcloneshim.so, the cloneshim command and the demos

include tests/tests.mk

ifeq ($(V),1)
Q :=
say = @:
else
Q := @
say = @printf '  %-7s %s\n'
endif

$(SHIM): $(SHIM_OBJECTS) shim/preload/exports.map Makefile
	$(say) LINK $@
	$(Q)$(CC) $(SHIM_LINK) -o $@ $(SHIM_OBJECTS)

$(BUILD)/shim/%.o: %.c
	@mkdir -p $(@D)
	$(say) CC $<
	$(Q)$(CC) $(COMMON_FLAGS) $(SHIM_FLAGS) -c -o $@ $<

$(BUILD)/shim/%.o: %.S
	@mkdir -p $(@D)
	$(say) AS $<
	$(Q)$(CC) $(COMMON_FLAGS) $(SHIM_FLAGS) -c -o $@ $<

$(COMMAND): $(COMMAND_OBJECTS)
	$(say) LINK $@
	$(Q)$(CC) -o $@ $(COMMAND_OBJECTS) $(COMMAND_LIBRARIES)

$(BUILD)/command/%.o: %.c
	@mkdir -p $(@D)
	$(say) CC $<
	$(Q)$(CC) $(COMMON_FLAGS) -c -o $@ $<

.PHONY: demos
demos: $(DEMOS)

$(BUILD)/demos/%: demos/%.c
	@mkdir -p $(@D)
	$(say) CC $<
	$(Q)$(CC) $(COMMON_FLAGS) -pthread -rdynamic -o $@ $<

.PHONY: demo
demo:  ## run both sum-array programs under the shim, to the terminal
	@tests/ensure_packages demo
	@$(MAKE) --no-print-directory $(SHIM) demos
	@for program in sum_array_threads sum_array_processes; do \
		echo; echo "\$$ LD_PRELOAD=$(SHIM) $(BUILD)/demos/$$program"; \
		LD_PRELOAD=$(SHIM) $(BUILD)/demos/$$program || exit; \
	done

.PHONY: lesson
lesson:  ## the lesson, step by step on the terminal: what makes a thread a thread (demos/LESSON.md)
	@tests/ensure_packages lesson
	@$(MAKE) -s --no-print-directory $(SHIM) $(COMMAND) demos
	@demos/run_lesson

.PHONY: deps
deps:  ## install what building and testing need, by Debian package names
	@tests/ensure_packages deps

.PHONY: install
INSTALLED := $(DESTDIR)$(PREFIX)
install: $(SHIM) $(COMMAND)  ## install below $(DESTDIR)$(PREFIX)
	install -d $(INSTALLED)/bin $(INSTALLED)/lib/cloneshim $(INSTALLED)/include/cloneshim $(INSTALLED)/share/man/man1 \
		$(INSTALLED)/share/man/man7 $(INSTALLED)/share/bash-completion/completions
	install -m 755 $(COMMAND) $(INSTALLED)/bin/cloneshim
	install -m 755 $(SHIM) $(INSTALLED)/lib/cloneshim/libcloneshim.so
	install -m 644 include/cloneshim/*.h include/cloneshim/event.schema.json $(INSTALLED)/include/cloneshim/
	install -m 644 docs/cloneshim.1 $(INSTALLED)/share/man/man1/
	install -m 644 docs/libcloneshim.7 $(INSTALLED)/share/man/man7/
	install -m 644 completions/cloneshim.bash $(INSTALLED)/share/bash-completion/completions/cloneshim

.PHONY: clean
clean:  ## remove everything that was built
	rm -rf $(BUILD)

.PHONY: help
help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

-include $(shell find $(BUILD) -type f -name '*.d' 2>/dev/null)
