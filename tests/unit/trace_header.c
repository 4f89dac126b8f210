/* trace_header.c: the header of a new trace. */
#include "decode/trace_header.h"

#include <criterion/criterion.h>
#include <string.h>

#include "cloneshim/version.h"
#include "decode/libc_calls.h"

Test(trace_header, filled, .timeout = 20)
{
	struct cloneshim_trace_header header;

	memset(&header, 0xff, sizeof(header));
	trace_header_fill(&header, 4096 + 64 * 2000 + 63, UINT64_C(1) << 36, (struct trace_header_times){11, 12});
	cr_expect_arr_eq(header.magic, "cloneshi", 8);
	cr_expect_eq(header.byte_order, 0x01020304);
	cr_expect_eq(header.version, 2);
	cr_expect_eq(header.header_size, 4096);
	cr_expect_eq(header.slot_size, 64);
	cr_expect_eq(header.slot_count, 2000);
	cr_expect_eq(header.map_size, UINT64_C(1) << 36);
	cr_expect_eq(header.start_monotonic_ns, 11);
	cr_expect_eq(header.start_realtime_ns, 12);
	cr_expect_eq(header.next, 0);
	cr_expect_eq(header.lost, 0);
	cr_expect_str_eq(header.writer, CLONESHIM_VERSION);
	cr_expect_eq(header.call_count, LIBC_CALL_COUNT);
	cr_expect_str_eq(header.calls[CALL_PTHREAD_CREATE], "pthread_create");
	for (size_t i = 0; i < sizeof(header.reserved_4) / sizeof(header.reserved_4[0]); i++)
		cr_expect_eq(header.reserved_4[i], 0);
}
