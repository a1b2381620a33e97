# Builds the Runa compiler, its runtime library and its tests. `make help` lists the targets.
#
# Variables: CC (the C compiler), BUILD (the folder of everything built, default build), FILE (for
# run), TIME (seconds, for fuzz), RUNAC (the compiler that is used and tested, default build/runac),
# JOBS (test jobs, default one a processor), PREFIX and DESTDIR (for install and uninstall: where
# to, and a folder to put before it), LTO (empty: the compiler in C builds faster, and is slower),
# RUNAFLAGS (more options for the compiler in Runa, such as -g).

VERSION := 0.1.0
BUILD := build
PREFIX ?= /usr/local
TIME ?= 300
RUNAC ?= $(BUILD)/runac

# Everything is built in parallel unless -j is given; `make clean all` keeps its order.
ifeq (,$(filter clean,$(MAKECMDGOALS)))
MAKEFLAGS += --jobs=$(shell nproc 2>/dev/null || echo 2)
endif
MAKEFLAGS += --no-builtin-rules --no-print-directory
.SUFFIXES:
.DELETE_ON_ERROR:

SANITIZE_FLAGS := -fsanitize=address,undefined -fno-sanitize-recover=undefined
ifdef SANITIZE
OPTIMIZE := -O1 -g $(SANITIZE_FLAGS)
EXTRA_LIBRARIES := -lasan -lubsan
else
OPTIMIZE := -O2
EXTRA_LIBRARIES :=
endif

# By a GCC that can do so the compiler in C is optimized as a whole, for a fixed address: a tenth of
# its time.
HAS_LTO := $(if $(filter -O2,$(OPTIMIZE)),$(findstring LTO,$(shell $(CC) -v 2>&1)))
LTO := $(if $(HAS_LTO),-flto=auto -fno-pie -no-pie)

WARNINGS := -Wall -Wextra -Werror
# The headers that an object is built anew for; tcc cannot tell them.
DEPENDENCIES := $(if $(findstring tcc,$(CC)),,-MMD -MP)
CFLAGS_ALL := -std=gnu11 $(OPTIMIZE) $(WARNINGS) -Iruntime/include -I$(BUILD) $(DEPENDENCIES) \
	$(CFLAGS)
# Panics walk the frame pointers of the runtime too; generated programs are not
# position-independent.
RUNTIME_CFLAGS := $(CFLAGS_ALL) -fno-omit-frame-pointer -fno-optimize-sibling-calls -fno-pie

COMPILER_SOURCES := $(wildcard bootstrap/*.c)
# What only the checked build (--check=memory) has; its archive has the other files too, compiled
# with other names (runtime/memcheck.h).
CHECK_SOURCES := $(wildcard runtime/memcheck*.c)
RUNTIME_SOURCES := $(filter-out $(CHECK_SOURCES),$(wildcard runtime/*.c runtime/*.S))
COMPILER_OBJECTS := $(COMPILER_SOURCES:%.c=$(BUILD)/%.o) \
	$(BUILD)/bootstrap/runtime/arena.o $(BUILD)/bootstrap/runtime/arena_block.o \
	$(BUILD)/bootstrap/runtime/format.o
RUNA_FOLDERS := $(BUILD)/compiler compiler/support compiler/frontend compiler/baseline
RUNA_FLAGS := --strict $(RUNAFLAGS) $(RUNA_FOLDERS:%=-I %)
RUNA_SOURCES := $(wildcard compiler/*.runa compiler/*/*.runa)
RUNTIME_OBJECTS := $(addprefix $(BUILD)/,$(addsuffix .o,$(basename $(RUNTIME_SOURCES))))

CHECK_OBJECTS := $(CHECK_SOURCES:runtime/%.c=$(BUILD)/check/%.o) \
                 $(patsubst runtime/%,$(BUILD)/check/%.o,$(basename $(RUNTIME_SOURCES)))
# No sanitizer: it would want the addresses that the checked build's own shadow memory has.
CHECK_CFLAGS := $(filter-out $(SANITIZE_FLAGS),$(RUNTIME_CFLAGS)) -I$(BUILD)/check -Iruntime

.PHONY: all test run bootstrap sanitize tsan bench bench-memory bench-check bench-compile fuzz
.PHONY: lint install uninstall clean help setup setup-tests FORCE

all: $(BUILD)/runac-bootstrap $(BUILD)/command-line $(BUILD)/libruna_check.a
all: $(BUILD)/runac
all: $(BUILD)/libruna.a ## build the compiler and its runtime (default)

test: all setup-tests ## run the whole test suite; its last line is `N passed, M failed`
	@RUNAC='$(RUNAC)' tools/run-tests

run: all ## compile and run one program: make run FILE=examples/hello.runa
	@$(if $(FILE),,echo 'usage: make run FILE=examples/hello.runa' >&2; exit 2;) \
	'$(RUNAC)' run '$(FILE)'

bootstrap: all ## the compiler compiles itself; the stages must be the same to the byte
	@tools/setup stages || echo 'bootstrap: only the C compilers that are here' >&2
	@BUILD='$(BUILD)' tools/bootstrap

sanitize: setup-tests ## the suite on a compiler and runtime built with ASan and UBSan
	@$(MAKE) BUILD=build/sanitize SANITIZE=1 all
	@SANITIZE=1 CASE_TIMEOUT=120 RUNAC=build/sanitize/runac-bootstrap tools/run-tests

tsan: ## stress tests of what threads share, on a runtime built with ThreadSanitizer
	@$(MAKE) BUILD=build/tsan OPTIMIZE='-O1 -g -fsanitize=thread' build/tsan/libruna.a
	$(CC) -std=gnu11 -O1 -g -fsanitize=thread -no-pie $(WARNINGS) -Iruntime/include \
		-o build/tsan/threads_test tests/runtime/threads_test.c build/tsan/libruna.a -lm -lpthread
	build/tsan/threads_test

bench-check: all ## compare programs built with --check=memory with the same without
	@RUNAC='$(RUNAC)' tools/bench-check

bench: all ## compare compiled programs with their C twins at gcc -O0 and -O2
	@RUNAC='$(RUNAC)' tools/bench

bench-memory: all ## measure the four tiers beside their C twins; writes the table of docs/memory.md
	@RUNAC='$(RUNAC)' tools/bench-memory --write

bench-compile: all ## measure the compiler's own speed on large programs
	@RUNAC='$(RUNAC)' tools/bench-compile

fuzz: all setup-tests $(BUILD)/front-end ## random texts and programs: make fuzz TIME=300
	@RUNAC='$(RUNAC)' tools/fuzz/run all '$(TIME)'

lint: all ## check the layout of every source file
	@tools/tidy
	@'$(RUNAC)' fmt --check stdlib/*.runa examples/*.runa $(RUNA_SOURCES) || \
	{ echo 'lint: the files above are not in canonical layout: run `runac fmt` on them' >&2; exit 1; }

install: all ## install the compiler: make install PREFIX=/usr/local
	@tools/install install '$(BUILD)' '$(PREFIX)' '$(DESTDIR)'

uninstall: ## remove what was installed: make uninstall PREFIX=/usr/local
	@tools/install uninstall '$(BUILD)' '$(PREFIX)' '$(DESTDIR)'

clean: ## remove everything built
	rm -rf build

help: ## list the targets
	@sed -n 's/^\([a-z][a-z-]*\):[^#]*## */\1\t/p' Makefile | \
	while IFS='	' read -r target text; do printf '  %-13s %s\n' "$$target" "$$text"; done

setup:
	@tools/setup build

setup-tests:
	@tools/setup build tests

$(BUILD)/runac-bootstrap: $(COMPILER_OBJECTS)
	$(CC) $(OPTIMIZE) $(LTO) -pthread $(LDFLAGS) -o $@ $^

# The compiler in one process, for many sources (tools/fuzz).
FUZZ_OBJECTS := $(filter-out %/main.o,$(COMPILER_OBJECTS))
$(BUILD)/front-end: tools/fuzz/front-end.c tools/fuzz/mutate.c tools/fuzz/mutate.h $(FUZZ_OBJECTS)
	$(CC) $(filter-out -MMD -MP,$(CFLAGS_ALL)) $(LTO) -pthread $(LDFLAGS) -o $@ $(filter %.c %.o,$^)

# The compiler in Runa with counters that AFL++ reads (tools/fuzz): so many where nothing tells it
# another number.
COUNTERS := 65536
$(BUILD)/runac-counted: $(BUILD)/runac tools/fuzz/instrument.awk tools/fuzz/counters.c
	$(BUILD)/runac -S $(RUNA_FLAGS) compiler/main.runa -o $@.s
	awk -v most=$(COUNTERS) -f tools/fuzz/instrument.awk $@.s $@.s >$@.counted.s
	$(CC) -O1 $(WARNINGS) -DCOUNTERS=$(COUNTERS) -c -o $@.counters.o tools/fuzz/counters.c
	afl-clang-fast -no-pie -pthread -o $@ $@.counted.s $@.counters.o $(BUILD)/libruna.a -lm

# The compiler run many times by one process, for valgrind.
$(BUILD)/compile-many: tests/harness/compile_many.c bootstrap/main.c $(FUZZ_OBJECTS)
	$(CC) $(filter-out -MMD -MP,$(CFLAGS_ALL)) $(LTO) -pthread $(LDFLAGS) -o $@ $< $(FUZZ_OBJECTS)

# Writes the completions and the lists of the manual page.
$(BUILD)/command-line: tools/command-line.c bootstrap/options.def bootstrap/diagnostic.def \
		$(BUILD)/flags
	$(CC) -std=gnu11 -O1 $(WARNINGS) $(CFLAGS) -o $@ $<

# The compiler in Runa, stage 1 by the one in C, stage 2 by stage 1. What it takes from the tables
# of bootstrap/ is made by tools/tables.c.
$(BUILD)/runac-stage1: $(BUILD)/runac-bootstrap $(RUNA_SOURCES) $(BUILD)/compiler/made \
		$(BUILD)/runa-flags $(BUILD)/libruna.a $(wildcard stdlib/*.runa)
	$(BUILD)/runac-bootstrap $(RUNA_FLAGS) compiler/main.runa -o $@

$(BUILD)/runac: $(BUILD)/runac-stage1
	$(BUILD)/runac-stage1 $(RUNA_FLAGS) compiler/main.runa -o $@

$(BUILD)/compiler/made: $(BUILD)/tables
	@mkdir -p $(@D)
	rm -f $(@D)/*.runa
	$(BUILD)/tables $(@D)
	@touch $@

$(BUILD)/tables: tools/tables.c $(wildcard bootstrap/*.def) $(BUILD)/config.h $(BUILD)/flags
	$(CC) -std=gnu11 -O1 -I$(BUILD) $(WARNINGS) $(CFLAGS) -o $@ $<

# Source texts changed at random, for the tests.
$(BUILD)/write-mutants: tools/fuzz/write-mutants.c tools/fuzz/mutate.c tools/fuzz/mutate.h \
		bootstrap/token.def bootstrap/operator.def $(BUILD)/flags
	$(CC) -std=gnu11 -O1 $(WARNINGS) $(CFLAGS) -o $@ $(filter %.c,$^)

$(BUILD)/libruna.a: $(RUNTIME_OBJECTS)
	rm -f $@
	$(AR) rcs $@ $^

$(BUILD)/bootstrap/%.o: bootstrap/%.c $(BUILD)/flags $(BUILD)/config.h
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_ALL) $(LTO) -c -o $@ $<

# The compiler's own arena is the runtime's, as is its text of numbers, compiled as a part of it.
$(BUILD)/bootstrap/runtime/%.o: runtime/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_ALL) $(LTO) -c -o $@ $<

$(BUILD)/libruna_check.a: $(CHECK_OBJECTS)
	rm -f $@
	$(AR) rcs $@ $^

# The functions that the checked build wraps have other names in their own files.
$(BUILD)/check/memcheck_names.h: runtime/memcheck.def
	@mkdir -p $(@D)
	sed -n -e 's/^REPLACED(\([a-z0-9_]*\)).*/#define runa_\1 plain_\1/p' \
	    -e 's/^CHECKED[A-Z_]*([^,]*, \([a-z0-9_]*\),.*/#define runa_\1 plain_\1/p' $< > $@

$(BUILD)/check/memcheck%.o: runtime/memcheck%.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(CC) $(CHECK_CFLAGS) -c -o $@ $<

$(BUILD)/check/%.o: runtime/%.c $(BUILD)/flags $(BUILD)/check/memcheck_names.h
	@mkdir -p $(@D)
	$(CC) $(CHECK_CFLAGS) -include runtime/memcheck_renamed.h -DSUBJECT=SUBJECT_$* -DFILE_$* \
	    -c -o $@ $<

$(BUILD)/check/%.o: runtime/%.S $(BUILD)/flags
	@mkdir -p $(@D)
	$(CC) $(CHECK_CFLAGS) -c -o $@ $<

$(BUILD)/runtime/%.o: runtime/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(CC) $(RUNTIME_CFLAGS) -c -o $@ $<

$(BUILD)/runtime/%.o: runtime/%.S $(BUILD)/flags
	@mkdir -p $(@D)
	$(CC) $(RUNTIME_CFLAGS) -c -o $@ $<

# Where this system keeps what a program is linked with.
$(BUILD)/config.h: tools/configure $(BUILD)/flags
	tools/configure '$(CC)' '$(VERSION)' '$(EXTRA_LIBRARIES)' $@

$(BUILD)/runa-flags: FORCE
	@mkdir -p $(@D)
	@echo '$(RUNA_FLAGS)' | cmp -s - $@ || echo '$(RUNA_FLAGS)' > $@

# Changes when the compiler or its flags change, so that what was built with others is built anew.
$(BUILD)/flags: FORCE | setup
	@mkdir -p $(@D)
	@echo '$(CC) $(CFLAGS_ALL) $(LTO) $(RUNTIME_CFLAGS) $(VERSION)' | cmp -s - $@ || \
	echo '$(CC) $(CFLAGS_ALL) $(LTO) $(RUNTIME_CFLAGS) $(VERSION)' > $@
	@$(if $(SANITIZE),ln -sfn ../stdlib build/stdlib)

-include $(COMPILER_OBJECTS:.o=.d) $(RUNTIME_OBJECTS:.o=.d) $(CHECK_OBJECTS:.o=.d)
