/* empty.c: an object that does nothing: what LD_PRELOAD itself costs. */
extern const char bench_empty[];
const char bench_empty[] = "";
