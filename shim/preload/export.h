/* export.h: marks what the shim defines in libc's stead. Everything else is hidden (-fvisibility=hidden, exports.map). */
#ifndef PRELOAD_EXPORT_H
#define PRELOAD_EXPORT_H

#define EXPORT __attribute__((visibility("default")))

/* The same function under glibc's second name for it. */
#define EXPORT_ALIAS(of) __attribute__((visibility("default"), alias(#of)))

#endif
