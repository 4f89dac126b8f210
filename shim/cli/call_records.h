/*
 * call_records.h: the calls under way while a trace is gone through; the command's side of decode/call_record.h.
 *
 * What the shim knows of the running task, the trace says: whose memory the present event is about, and whether earlier calls were left.
 */
#ifndef CLI_CALL_RECORDS_H
#define CLI_CALL_RECORDS_H

#include <stdbool.h>
#include <stdint.h>

/* The event that is about to be handed to a format. */
void call_records_enter(uint64_t memory, bool left_earlier);

/* Process `pid` has become another program: its calls of the exec family are done. */
void call_records_replaced(int32_t pid);

/* The memory of a call that is still under way, for call_records_enter(); false: there is none. */
bool call_records_any(uint64_t *memory);

/* Forgets all. */
void call_records_clear(void);

#endif
