# make check-libcs: the one libcloneshim.so on the glibcs of other Debian releases and on musl. Included by tests.mk.
#
# The glibcs are unpacked into build/libcs/glibc-VERSION (tests/libcs/fetch), musl is the one that musl-gcc is for. The demos and the
# programs of tests/system are compiled against each, and against the machine's own libc, into build/libcs/LIBC/bin, so that they
# run on it as they are. Where one does not compile, NAME.errors stands there in its place and says why.

LIBCS := $(abspath $(BUILD))/libcs
LIBCS_SOURCES := $(wildcard tests/libcs/*.c) $(HARNESS_SOURCES) shim/preload/x86_64/instruction.c
LIBCS_PROGRAMS := $(notdir $(basename $(wildcard demos/*.c tests/system/programs/*.c tests/libcs/programs/*.c)) \
	$(patsubst %.c,%.so,$(wildcard tests/system/preloads/*.c tests/libcs/preloads/*.c)))

# The code that finds out musl's version is pure, too.
UNIT_SOURCES += shim/preload/x86_64/string_reference.c

# DT_RPATH, not DT_RUNPATH: libc itself then finds the libgcc_s.so.1 that belongs to it, too.
MULTIARCH := x86_64-linux-gnu
glibc_cc = $(CC) --sysroot=$(LIBCS)/$1 -B$(LIBCS)/$1/usr/lib/$(MULTIARCH) -L$(LIBCS)/$1/usr/lib/$(MULTIARCH) \
	-L$(LIBCS)/$1/lib/$(MULTIARCH) -Wl,--dynamic-linker=$(LIBCS)/$1/lib/$(MULTIARCH)/ld-linux-x86-64.so.2 \
	-Wl,-rpath,$(LIBCS)/$1/lib/$(MULTIARCH) -Wl,--disable-new-dtags

# The programs ask whether glibc is new enough for _Fork, which musl has, too; include headers of the kernel, which musl leaves to
# others; and ask how large a signal's frame may be, which only newer glibcs answer: a page is more. The unwind index is what
# compilers made for musl have the linker write; musl-gcc, which bends glibc's compiler, loses it.
no_frame_size := -D_SC_MINSIGSTKSZ=_SC_PAGESIZE
LIBC_LIBS_glibc-2.31 := -Wl,--as-needed -lrt -lutil -lanl # since 2.34 they are in libc itself
LIBC_CC_glibc-2.31 = $(call glibc_cc,glibc-2.31) $(no_frame_size)
LIBC_CC_glibc-2.41 = $(call glibc_cc,glibc-2.41)
LIBC_CC_musl = musl-gcc -idirafter $(LIBCS)/musl/include '-D__GLIBC_PREREQ(major,minor)=1' $(no_frame_size) -Wl,--eh-frame-hdr
LIBC_CC_host = $(CC)

# Those that are there: a release that cannot be fetched is missing. The machine's own libc has make check for the rest.
LIBCS_HERE := $(foreach libc,glibc-2.31 glibc-2.41,$(if $(wildcard $(LIBCS)/$(libc)),$(libc))) \
	$(if $(shell command -v musl-gcc 2>/dev/null),musl) host
LIBCS_HOST_PROGRAMS := every_call one_call path_calls thrd_create text_changes moves_environment.so

.PHONY: check-libcs libcs-programs
check-libcs:  ## the shim on the libcs of Debian 11 and 13 and on musl; fetches what is missing
	@tests/ensure_packages libcs
	@tests/libcs/fetch $(LIBCS)
	@$(MAKE) --no-print-directory $(SHIM) $(COMMAND) $(TESTS)/libcs libcs-programs
	@tests/run_all -j $(TEST_JOBS) $(if $(FILTER),-f '$(FILTER)') $(TESTS)/libcs

# As the README has it.
CALLS ?= pthread_create posix_spawn
.PHONY: compare-libcs libcs-one-call
compare-libcs:  ## what calls become on four libcs, side by side, as Markdown (CALLS='fork popen')
	@tests/ensure_packages libcs >&2
	@tests/libcs/fetch $(LIBCS) >&2
	@$(MAKE) --no-print-directory $(SHIM) $(COMMAND) libcs-one-call >&2
	@tests/libcs/compare $(LIBCS) $(COMMAND) $(CALLS)

libcs-one-call: $(foreach libc,$(LIBCS_HERE),$(LIBCS)/$(libc)/bin/one_call)

$(TESTS)/libcs: $(patsubst %.c,$(TESTS)/objects/%.o,$(LIBCS_SOURCES))
	$(say) LINK $@
	$(Q)$(CC) -o $@ $^ -lcriterion

define compile_for_libc
	@mkdir -p $(@D)
	$(say) CC '$< ($1)'
	$(Q)$(LIBC_CC_$1) $(CSTD) $(OPT) $(INCLUDES) $2 -MMD -MF $@.d -MT $@ -pthread -o $@ $< -ldl $(LIBC_LIBS_$1) \
		2>$@.errors && rm $@.errors || rm -f $@
endef

define libc_rules
libcs-programs: $(addprefix $(LIBCS)/$1/bin/,$(if $(filter host,$1),$(LIBCS_HOST_PROGRAMS),$(LIBCS_PROGRAMS)))
$(foreach folder,demos tests/system/programs tests/libcs/programs,
$(LIBCS)/$1/bin/%: $(folder)/%.c $(if $(filter musl,$1),| $(LIBCS)/musl/include)
	$$(call compile_for_libc,$1,-rdynamic))
$(foreach folder,tests/system/preloads tests/libcs/preloads,
$(LIBCS)/$1/bin/%.so: $(folder)/%.c $(if $(filter musl,$1),| $(LIBCS)/musl/include)
	$$(call compile_for_libc,$1,-fPIC -shared))
endef
$(foreach libc,$(LIBCS_HERE),$(eval $(call libc_rules,$(libc))))

$(LIBCS)/musl/include:
	@mkdir -p $@
	$(Q)ln -s $(firstword $(wildcard /usr/include/$(MULTIARCH)/asm /usr/include/asm)) $@/asm
	$(Q)ln -s /usr/include/asm-generic /usr/include/linux $@
