/*
 * trace.h: the layout of a cloneshim trace, version 1.
 *
 * Public, for C and C++, and needs nothing else. A trace is a file that all processes of a traced tree map shared and write into at the
 * same time; what one of them has written is in the file, whatever ends it afterwards. `cloneshim run -o FILE` makes one, or the shim
 * itself with CLONESHIM_TRACE=FILE.
 *
 *     | header, 4096 bytes | slot 0 | slot 1 | … | slot slot_count - 1 |
 *
 * Numbers are in the byte order and alignment of the machine that wrote them, which `byte_order` tells. Times are nanoseconds of
 * CLOCK_MONOTONIC.
 *
 * Writing. A record takes one or more consecutive slots. A writer reserves them by advancing `next` with a compare-and-swap, never past
 * slot_count; where they do not fit, the event is counted in `lost` and nothing is written. It fills in the payloads, then the heads of
 * the continuations, and last, with one store in release order, the head of the first slot: until then the record is not there. So
 * no writer waits for another, and none that dies leaves more than slots that are EMPTY or a continuation of nothing.
 *
 * Reading. Load `next` in acquire order, and go through the slots below it in order of their numbers:
 *
 *     FIRST         a record begins, and is complete: its payload is that of its `slots` slots, joined, `length` bytes of it; go on behind it
 *     CONTINUATION  without its FIRST: the writer is not done, or died; skip the slot
 *     EMPTY         reserved and not yet written, or its writer died; skip the slot
 *
 * In a trace that is still being written such a record may be complete the next time one looks. Records stand in the order in which
 * their slots were reserved: for one task that is the order of its events; between tasks, times tell. A reader takes nothing for granted:
 * a FIRST whose `slots` or `length` leads beyond `next`, or whose record is shorter than its kind, is damaged.
 *
 * The file is only ever extended, by `cloneshim run`: first the file itself, with allocated space, then slot_count. A file that someone
 * truncates while it is mapped ends its writers with SIGBUS, as mmap(2) says: no tool of cloneshim does it, and nobody should.
 */
#ifndef CLONESHIM_TRACE_H
#define CLONESHIM_TRACE_H

#include <stdint.h>

#define CLONESHIM_TRACE_MAGIC "cloneshi" /* 8 bytes, no NUL */
#define CLONESHIM_TRACE_VERSION 2
#define CLONESHIM_TRACE_BYTE_ORDER 0x01020304u
#define CLONESHIM_TRACE_HEADER_SIZE 4096
#define CLONESHIM_TRACE_SLOT_SIZE 64
#define CLONESHIM_TRACE_PAYLOAD_SIZE 56 /* of a slot, behind its head */
#define CLONESHIM_TRACE_CALLS_MAX 64
#define CLONESHIM_TRACE_SITELESS_MAX 192
#define CLONESHIM_TRACE_LIBCS_MAX 2
#define CLONESHIM_TRACE_LIBC_SITES_MAX 8
#define CLONESHIM_TRACE_RECORD_SLOTS_MAX 4096 /* of one record: 224 KiB of payload */
#define CLONESHIM_TRACE_NOWHERE UINT64_MAX    /* no slot number */

/* A libc, as a writer has found it. */
struct cloneshim_trace_libc {
	uint64_t key;   /* of the object; 0: free, 1: somebody is writing the rest */
	char name[32];  /* "glibc 2.36"; NUL-padded */
	uint32_t glibc; /* whether it is glibc … */
	uint32_t minor; /* … and its minor version */
	uint32_t site_count;
	uint32_t reserved;
	struct {
		uint32_t offset; /* from the load address */
		uint32_t nr;     /* of the system call; UINT32_MAX: any */
		uint32_t symbol_offset;
		char symbol[20]; /* "vfork", "": none is named there; NUL-padded */
	} sites[CLONESHIM_TRACE_LIBC_SITES_MAX];
};

/* The first page. The members that change while the trace is written are read and written atomically, and lie in cache lines of
   their own. */
struct cloneshim_trace_header {
	char magic[8];
	uint32_t byte_order;
	uint32_t version;
	uint32_t header_size; /* where the slots begin */
	uint32_t slot_size;
	char machine[16];            /* "x86_64", as uname(2) says it; NUL-padded */
	uint64_t start_monotonic_ns; /* when the trace was made … */
	uint64_t start_realtime_ns;  /* … and the same instant in CLOCK_REALTIME */
	uint64_t map_size; /* bytes of the file that writers can map: how far it may be extended, the header included */
	uint64_t
		writer_key; /* of a shim that has found `calls` to be as it has them: it need not look again; 0: none has yet */
	uint64_t reserved_1[7];

	uint64_t slot_count; /* slots that the file has room for; grows only */
	uint64_t reserved_2[7];

	uint64_t next; /* slots reserved up to now */
	uint64_t reserved_3[7];

	uint64_t lost; /* events that found no room */
	uint64_t reserved_4[7];

	/* The libc calls by the numbers that the records use. */
	uint32_t call_count;
	uint32_t reserved_5;
	char calls[CLONESHIM_TRACE_CALLS_MAX][24]; /* "pthread_create"; NUL-padded */
	char writer[32];                           /* version of the shim that made it: "0.1.0" */

	/* What writers have found out about objects, so that the next program need not search them again. Nothing for a reader. */
	uint64_t siteless[CLONESHIM_TRACE_SITELESS_MAX]; /* keys of objects that make no creation syscalls; 0: free */
	struct cloneshim_trace_libc libcs[CLONESHIM_TRACE_LIBCS_MAX];
};

/* What a slot is. */
enum cloneshim_trace_state {
	CLONESHIM_TRACE_EMPTY = 0,
	CLONESHIM_TRACE_FIRST = 1,
	CLONESHIM_TRACE_CONTINUATION = 2,
};

/* 8 bytes, always stored as one. */
struct cloneshim_trace_slot_head {
	uint8_t state;   /* enum cloneshim_trace_state */
	uint8_t kind;    /* FIRST: enum cloneshim_trace_kind */
	uint16_t slots;  /* FIRST: of the record, itself included. CONTINUATION: its place in the record, from 1 */
	uint32_t length; /* FIRST: bytes of the record's payload */
};

struct cloneshim_trace_slot {
	struct cloneshim_trace_slot_head head;
	uint8_t payload[CLONESHIM_TRACE_PAYLOAD_SIZE];
};

/* A reader skips kinds that it does not know. */
enum cloneshim_trace_kind {
	CLONESHIM_TRACE_PROCESS = 1,      /* struct cloneshim_trace_process */
	CLONESHIM_TRACE_MODULE = 2,       /* struct cloneshim_trace_module */
	CLONESHIM_TRACE_LOCATION = 3,     /* struct cloneshim_trace_location */
	CLONESHIM_TRACE_CALL_BEGIN = 4,   /* struct cloneshim_trace_call_begin */
	CLONESHIM_TRACE_SYSCALL = 5,      /* struct cloneshim_trace_syscall */
	CLONESHIM_TRACE_CALL_END = 6,     /* struct cloneshim_trace_call_end */
	CLONESHIM_TRACE_ENDED = 7,        /* struct cloneshim_trace_ended */
	CLONESHIM_TRACE_PATH_SYSCALL = 8, /* struct cloneshim_trace_path_syscall */
};

/*
 * Every record begins with this. A record is a fixed part, `fixed` bytes, and then `strings` strings in the order that its kind
 * says. A later minor version may make a fixed part longer: what a reader does not know of it is skipped, what it misses is 0.
 *
 * `memory` tells whose memory the event happened in, which addresses belong to: the number of the first slot of the process record that
 * was made when this memory came into being, by exec or as a copy. Processes that share memory (a child of vfork) share it too.
 */
struct cloneshim_trace_record {
	uint16_t fixed;
	uint16_t strings;
	uint32_t depth;   /* libc calls around it */
	int32_t pid, tid; /* of the task that it happened in, as itself sees them (pid_namespaces(7)) */
	uint64_t call_id; /* the libc call that it belongs to, unique in its memory; 0: none */
	uint64_t memory;  /* CLONESHIM_TRACE_NOWHERE: there was no room for that record */
};

/* A string: this, then `length` bytes, then zeros up to a multiple of 8. */
struct cloneshim_trace_string {
	uint32_t length;
	uint32_t flags; /* CLONESHIM_TRACE_STRING_* */
};

#define CLONESHIM_TRACE_STRING_ABSENT 1u     /* there is none: NULL */
#define CLONESHIM_TRACE_STRING_CUT 2u        /* there was more */
#define CLONESHIM_TRACE_STRING_UNREADABLE 4u /* the program's pointer was bad */

#define CLONESHIM_TRACE_SITES_MAX 8
#define CLONESHIM_TRACE_LEFT_ALONE_MAX 4

enum cloneshim_trace_process_kind {
	CLONESHIM_TRACE_LOADED = 0, /* a program was loaded: its memory is new */
	CLONESHIM_TRACE_OPENED = 1, /* an object was loaded later: exe is its path */
	CLONESHIM_TRACE_COPIED = 2, /* a copy of a traced process, at its first event: its memory is new */
};

/* Strings: exe, libc, probe, probe_reason, inject, the reasons of left_alone[0] to [3], with PATH_REASON why the path is not full, then
   `argv_count` arguments, as many as follow. */
struct cloneshim_trace_process {
	struct cloneshim_trace_record record;
	uint64_t time_ns;
	uint32_t kind; /* enum cloneshim_trace_process_kind */
	int32_t ppid;
	int32_t copied_from;    /* COPIED: the process that was copied … */
	uint32_t flags;         /* CLONESHIM_TRACE_PROCESS_* */
	uint64_t copied_memory; /* … and its memory: what stood at an address then stands there in the copy */
	uint32_t argv_count;
	uint32_t site_count;
	uint32_t left_alone_count;
	uint32_t reserved;
	struct {
		uint64_t address;
		uint64_t nr;
	} sites[CLONESHIM_TRACE_SITES_MAX], left_alone[CLONESHIM_TRACE_LEFT_ALONE_MAX];
};

#define CLONESHIM_TRACE_PROCESS_ARGV_OBSERVED 1u
#define CLONESHIM_TRACE_PROCESS_PATH_FULL 2u /* path syscalls of libc calls are recorded */
#define CLONESHIM_TRACE_PROCESS_PATH_REASON 4u

/* An object in memory, from here on. Strings: path, build-id (raw bytes of the note NT_GNU_BUILD_ID; absent: it has none). */
struct cloneshim_trace_module {
	struct cloneshim_trace_record record;
	uint64_t time_ns;
	uint64_t base;       /* load address: what addr2line(1) wants is an address less this */
	uint64_t start, end; /* span of its segments in memory */
};

/* What stands at an address that later records mention, from here on. Strings: path of the module (absent: in none), symbol of its
   dynamic symbol table (absent: not named there). */
struct cloneshim_trace_location {
	struct cloneshim_trace_record record;
	uint64_t address;
	uint64_t offset; /* from the module's load address */
	uint64_t symbol_offset;
};

/* Strings: those that the call's arguments have, in their order (the arguments of the call, elements of its vector, each as
   `details` says). */
struct cloneshim_trace_call_begin {
	struct cloneshim_trace_record record;
	uint64_t time_ns;
	uint64_t frame_address;
	uint64_t caller; /* return address */
	uint64_t start;  /* start routine; 0: the call has none */
	uint64_t args[7];
	uint32_t call;  /* index into calls[] of the header */
	uint32_t flags; /* CLONESHIM_TRACE_BEGIN_* */
	/* The stack that is asked for. */
	uint32_t stack_kind; /* 0: the call has no say in it, 1: libc's defaults, 2: given below */
	int32_t policy, priority;
	uint32_t vector_count; /* elements of the argument vector, those beyond the strings included */
	uint64_t stack_address, stack_size, stack_guard, affinity;
	/* What stands behind pointers. */
	uint32_t string_count; /* of the strings, those that are arguments; the rest are the vector's elements */
	uint32_t environment_count, action_count;
	uint32_t spawn_flags;
	int32_t spawn_group, spawn_policy, spawn_priority;
	int32_t sigevent_notify, sigevent_signal, sigevent_tid;
	uint64_t spawn_mask, spawn_default;
	uint64_t sigevent_function;
};

#define CLONESHIM_TRACE_BEGIN_STACK_ADDRESS 0x1u
#define CLONESHIM_TRACE_BEGIN_STACK_SIZE 0x2u
#define CLONESHIM_TRACE_BEGIN_STACK_GUARD 0x4u
#define CLONESHIM_TRACE_BEGIN_TOP_ONLY 0x8u
#define CLONESHIM_TRACE_BEGIN_DETACHED 0x10u
#define CLONESHIM_TRACE_BEGIN_SCHEDULING 0x20u
#define CLONESHIM_TRACE_BEGIN_AFFINITY 0x40u
#define CLONESHIM_TRACE_BEGIN_AFFINITY_CUT 0x80u
#define CLONESHIM_TRACE_BEGIN_DETAILS 0x100u /* the members behind "What stands behind pointers" are set */
#define CLONESHIM_TRACE_BEGIN_VECTOR 0x200u
#define CLONESHIM_TRACE_BEGIN_ENVIRONMENT 0x400u
#define CLONESHIM_TRACE_BEGIN_ACTIONS 0x800u
#define CLONESHIM_TRACE_BEGIN_ATTRIBUTES 0x1000u
#define CLONESHIM_TRACE_BEGIN_SIGEVENT 0x2000u
#define CLONESHIM_TRACE_BEGIN_SIGEVENT_ATTRIBUTES 0x4000u
#define CLONESHIM_TRACE_BEGIN_LEFT_EARLIER \
	0x8000u /* calls of this task whose frame_address is not above this one's were left */

/* A system call, made or injected. Strings: none without clone3; else set_tid (as many elements as could be read), tail (what is kept
   of a clone_args beyond 88 bytes); absent where there is none; or no strings at all. */
struct cloneshim_trace_syscall {
	struct cloneshim_trace_record record;
	uint64_t start_ns, duration_ns;
	int64_t result; /* as in the register: negative errno */
	uint64_t site;  /* address of the instruction */
	uint32_t nr;
	uint32_t flags; /* CLONESHIM_TRACE_SYSCALL_* */
	uint64_t args[6];
	int32_t pidfd;
	uint32_t helper_of; /* IN_HELPER: index into calls[] */
	uint64_t clone_args
		[11]; /* as the kernel got it; clone(2), struct clone_args. Not there (`fixed` is smaller) but for clone3 */
};

#define CLONESHIM_TRACE_SYSCALL_RETURNED 0x1u
#define CLONESHIM_TRACE_SYSCALL_DURATION 0x2u
#define CLONESHIM_TRACE_SYSCALL_INJECTED 0x4u
#define CLONESHIM_TRACE_SYSCALL_MEMORY 0x8u /* clone_args was read */
#define CLONESHIM_TRACE_SYSCALL_MEMORY_FAULT 0x10u
#define CLONESHIM_TRACE_SYSCALL_SET_TID 0x20u
#define CLONESHIM_TRACE_SYSCALL_SET_TID_FAULT 0x40u
#define CLONESHIM_TRACE_SYSCALL_TAIL_NONZERO 0x80u
#define CLONESHIM_TRACE_SYSCALL_TAIL_FAULT 0x100u
#define CLONESHIM_TRACE_SYSCALL_PARENT_TID_FAULT 0x200u
#define CLONESHIM_TRACE_SYSCALL_IN_HELPER 0x400u
#define CLONESHIM_TRACE_SYSCALL_PIDFD 0x800u

/* A system call of a libc call's path, one that creates nothing. */
struct cloneshim_trace_path_syscall {
	struct cloneshim_trace_record record;
	uint64_t start_ns, duration_ns;
	int64_t result; /* as in the register: negative errno */
	uint64_t site;  /* address of the instruction */
	uint32_t nr;
	uint32_t flags; /* CLONESHIM_TRACE_PATH_* */
	uint64_t args[6];
	/* Memory behind one of the arguments, from its first byte on: a set of signals, struct sigaction, two descriptors, a status. Not
	   there (`fixed` is smaller) where nothing was read. */
	uint64_t before[4]; /* read before the system call, of what the kernel reads */
	uint64_t after[4];  /* read behind it, of what the kernel writes */
};

#define CLONESHIM_TRACE_PATH_RETURNED 0x1u
#define CLONESHIM_TRACE_PATH_DURATION 0x2u
#define CLONESHIM_TRACE_PATH_BEFORE 0x4u
#define CLONESHIM_TRACE_PATH_AFTER 0x8u

/* Strings: not_observed_reason, path_reason: why path syscalls are missing; or the first; or none. */
struct cloneshim_trace_call_end {
	struct cloneshim_trace_record record;
	uint64_t start_ns, duration_ns;
	int64_t result;
	uint32_t call;
	uint32_t flags; /* CLONESHIM_TRACE_END_* */
	int32_t error;  /* errno; 0: not set by this call */
	int32_t child;  /* 0: none */
	uint64_t stack_base, stack_size, stack_top, stack_guard;
	uint64_t begun_as_id; /* with begun_pid: the call's id in the process that it began in */
	int32_t begun_pid;    /* 0: it began in this process */
	uint8_t stack_origin; /* 0: not observed, 1: libc's, 2: the program's, 3: the parent's own, 4: a copy */
	uint8_t unreturned;   /* without RESULT: 0: returns unseen, 1: goes on in the child, 2: left */
	uint8_t reserved[2];
};

#define CLONESHIM_TRACE_END_RESULT 0x1u
#define CLONESHIM_TRACE_END_DURATION 0x2u
#define CLONESHIM_TRACE_END_ASKED_FOR_SHELL 0x4u
#define CLONESHIM_TRACE_END_SYSCALL 0x8u
#define CLONESHIM_TRACE_END_THREAD 0x10u
#define CLONESHIM_TRACE_END_STACK_BASE 0x20u
#define CLONESHIM_TRACE_END_STACK_GUARD 0x40u

/* A process is done: it ran its destructors (`status` not known), or whoever waited for it learned its status. */
struct cloneshim_trace_ended {
	struct cloneshim_trace_record record; /* of the task that says it */
	uint64_t time_ns;
	int32_t ended;       /* pid, as the task that says it sees it */
	uint32_t flags;      /* CLONESHIM_TRACE_ENDED_* */
	int32_t wait_status; /* as from waitpid(2) */
	uint32_t reserved;
};

#define CLONESHIM_TRACE_ENDED_STATUS 1u /* wait_status is set */
#define CLONESHIM_TRACE_ENDED_BY_RUN 2u /* said by `cloneshim run`: pid and tid are its own, outside the traced tree */

#endif
