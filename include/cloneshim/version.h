/* version.h: the version of cloneshim, in one place. Public; plain preprocessor, so that anything may include it. */
#ifndef CLONESHIM_VERSION_H
#define CLONESHIM_VERSION_H

#define CLONESHIM_VERSION "0.1.0"

#endif
