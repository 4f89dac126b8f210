/* family_label.h: a task of a family in one line, for people, without its id. */
#ifndef CLI_FAMILY_LABEL_H
#define CLI_FAMILY_LABEL_H

#include "cli/family.h"
#include "decode/out.h"

/* The signs that a tree is drawn with. */
struct family_signs {
	const char *arrow, *times, *separator;
	const char *branch, *last_branch, *trunk, *nothing;
};

/* For a terminal, or a file, that takes UTF-8; and for any. Static storage. */
extern const struct family_signs family_signs_drawn, family_signs_ascii;

/* The flags that each libc call usually gives to the kernel in this trace: those that it gave most often. Whether they are the same in
   another libc, or version of it, is of no matter then. */
struct family_usual;

/* NULL: out of memory. */
struct family_usual *family_usual_new(const struct family *family);
void family_usual_free(struct family_usual *usual);

struct family_labels {
	const struct family *family;
	const struct family_usual *usual;
	const struct family_signs *signs;
};

/* "make → gcc -c x.c · posix_spawn · exited 0", "thread sum_part · pthread_create". Without arguments it is what tasks of the same kind
   have in common. Where a call has no usual flags, because the program chooses them (clone, syscall, none at all), all are told; else
   those that differ: "+CLONE_NEWPID". */
void family_label(struct out *out, const struct family_labels *labels, size_t task, bool with_arguments);

#endif
