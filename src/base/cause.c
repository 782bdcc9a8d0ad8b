/* SPDX-License-Identifier: BSD-2-Clause */
/* The tables behind error.h: causes, statuses and errnos by name. */
#include "base/error.h"

#include <errno.h>
#include <string.h>

struct cause {
	const char *name;
	enum cgswap_status status;
	const char *errnos;
	const char *meaning;
	const char *remedy;
	const char *example;
};

#define CAUSE(NAME, name, STATUS, errnos, meaning, remedy, example)                                \
	[CGSWAP_CAUSE_##NAME] = { #name, CGSWAP_E_##STATUS, errnos, meaning, remedy, example },
static const struct cause causes[] = {
	[CGSWAP_CAUSE_NONE] = { "", CGSWAP_OK, "", "", "", "" },
#include "base/causes.def"
};
#undef CAUSE

enum { CAUSES = sizeof(causes) / sizeof(causes[0]) };

/* The errno is for errors that no system call returned. */
static const struct {
	const char *name;
	int errnum;
} statuses[] = {
	[-CGSWAP_OK] = { "ok", 0 },
	[-CGSWAP_E_ARGUMENT] = { "argument", EINVAL },
	[-CGSWAP_E_CLOSED] = { "closed", EBADF },
	[-CGSWAP_E_NOT_FOUND] = { "not_found", ENOENT },
	[-CGSWAP_E_TYPE_MISMATCH] = { "type_mismatch", EINVAL },
	[-CGSWAP_E_UNSUPPORTED] = { "unsupported", EOPNOTSUPP },
	[-CGSWAP_E_NOT_ATTACHED] = { "not_attached", ENOENT },
	[-CGSWAP_E_ALREADY_ATTACHED] = { "already_attached", EEXIST },
	[-CGSWAP_E_FULL] = { "full", E2BIG },
	[-CGSWAP_E_CONFLICT] = { "conflict", EBUSY },
	[-CGSWAP_E_STALE] = { "stale", ESTALE },
	[-CGSWAP_E_PERMISSION] = { "permission", EPERM },
	[-CGSWAP_E_INCOMPATIBLE] = { "incompatible", EINVAL },
	[-CGSWAP_E_REJECTED] = { "rejected", ENOEXEC },
	[-CGSWAP_E_BUSY] = { "busy", EBUSY },
	[-CGSWAP_E_SYSTEM] = { "system", EIO },
	[-CGSWAP_E_UNHEALTHY] = { "unhealthy", ECANCELED },
	[-CGSWAP_E_PARTIAL] = { "partial", EIO },
	[-CGSWAP_E_NO_MEMORY] = { "no_memory", ENOMEM },
};

static const struct {
	int number;
	const char *name;
} errnos[] = {
	{ EPERM, "EPERM" },
	{ ENOENT, "ENOENT" },
	{ ESRCH, "ESRCH" },
	{ EINTR, "EINTR" },
	{ EIO, "EIO" },
	{ ENXIO, "ENXIO" },
	{ E2BIG, "E2BIG" },
	{ ENOEXEC, "ENOEXEC" },
	{ EBADF, "EBADF" },
	{ ECHILD, "ECHILD" },
	{ EAGAIN, "EAGAIN" },
	{ ENOMEM, "ENOMEM" },
	{ EACCES, "EACCES" },
	{ EFAULT, "EFAULT" },
	{ ENOTBLK, "ENOTBLK" },
	{ EBUSY, "EBUSY" },
	{ EEXIST, "EEXIST" },
	{ EXDEV, "EXDEV" },
	{ ENODEV, "ENODEV" },
	{ ENOTDIR, "ENOTDIR" },
	{ EISDIR, "EISDIR" },
	{ EINVAL, "EINVAL" },
	{ ENFILE, "ENFILE" },
	{ EMFILE, "EMFILE" },
	{ ENOTTY, "ENOTTY" },
	{ ETXTBSY, "ETXTBSY" },
	{ EFBIG, "EFBIG" },
	{ ENOSPC, "ENOSPC" },
	{ ESPIPE, "ESPIPE" },
	{ EROFS, "EROFS" },
	{ EMLINK, "EMLINK" },
	{ EPIPE, "EPIPE" },
	{ EDOM, "EDOM" },
	{ ERANGE, "ERANGE" },
	{ EDEADLK, "EDEADLK" },
	{ ENAMETOOLONG, "ENAMETOOLONG" },
	{ ENOLCK, "ENOLCK" },
	{ ENOSYS, "ENOSYS" },
	{ ENOTEMPTY, "ENOTEMPTY" },
	{ ELOOP, "ELOOP" },
	{ ENOMSG, "ENOMSG" },
	{ EIDRM, "EIDRM" },
	{ ECHRNG, "ECHRNG" },
	{ EL2NSYNC, "EL2NSYNC" },
	{ EL3HLT, "EL3HLT" },
	{ EL3RST, "EL3RST" },
	{ ELNRNG, "ELNRNG" },
	{ EUNATCH, "EUNATCH" },
	{ ENOCSI, "ENOCSI" },
	{ EL2HLT, "EL2HLT" },
	{ EBADE, "EBADE" },
	{ EBADR, "EBADR" },
	{ EXFULL, "EXFULL" },
	{ ENOANO, "ENOANO" },
	{ EBADRQC, "EBADRQC" },
	{ EBADSLT, "EBADSLT" },
	{ EBFONT, "EBFONT" },
	{ ENOSTR, "ENOSTR" },
	{ ENODATA, "ENODATA" },
	{ ETIME, "ETIME" },
	{ ENOSR, "ENOSR" },
	{ ENONET, "ENONET" },
	{ ENOPKG, "ENOPKG" },
	{ EREMOTE, "EREMOTE" },
	{ ENOLINK, "ENOLINK" },
	{ EADV, "EADV" },
	{ ESRMNT, "ESRMNT" },
	{ ECOMM, "ECOMM" },
	{ EPROTO, "EPROTO" },
	{ EMULTIHOP, "EMULTIHOP" },
	{ EDOTDOT, "EDOTDOT" },
	{ EBADMSG, "EBADMSG" },
	{ EOVERFLOW, "EOVERFLOW" },
	{ ENOTUNIQ, "ENOTUNIQ" },
	{ EBADFD, "EBADFD" },
	{ EREMCHG, "EREMCHG" },
	{ ELIBACC, "ELIBACC" },
	{ ELIBBAD, "ELIBBAD" },
	{ ELIBSCN, "ELIBSCN" },
	{ ELIBMAX, "ELIBMAX" },
	{ ELIBEXEC, "ELIBEXEC" },
	{ EILSEQ, "EILSEQ" },
	{ ERESTART, "ERESTART" },
	{ ESTRPIPE, "ESTRPIPE" },
	{ EUSERS, "EUSERS" },
	{ ENOTSOCK, "ENOTSOCK" },
	{ EDESTADDRREQ, "EDESTADDRREQ" },
	{ EMSGSIZE, "EMSGSIZE" },
	{ EPROTOTYPE, "EPROTOTYPE" },
	{ ENOPROTOOPT, "ENOPROTOOPT" },
	{ EPROTONOSUPPORT, "EPROTONOSUPPORT" },
	{ ESOCKTNOSUPPORT, "ESOCKTNOSUPPORT" },
	{ EOPNOTSUPP, "EOPNOTSUPP" },
	{ EPFNOSUPPORT, "EPFNOSUPPORT" },
	{ EAFNOSUPPORT, "EAFNOSUPPORT" },
	{ EADDRINUSE, "EADDRINUSE" },
	{ EADDRNOTAVAIL, "EADDRNOTAVAIL" },
	{ ENETDOWN, "ENETDOWN" },
	{ ENETUNREACH, "ENETUNREACH" },
	{ ENETRESET, "ENETRESET" },
	{ ECONNABORTED, "ECONNABORTED" },
	{ ECONNRESET, "ECONNRESET" },
	{ ENOBUFS, "ENOBUFS" },
	{ EISCONN, "EISCONN" },
	{ ENOTCONN, "ENOTCONN" },
	{ ESHUTDOWN, "ESHUTDOWN" },
	{ ETOOMANYREFS, "ETOOMANYREFS" },
	{ ETIMEDOUT, "ETIMEDOUT" },
	{ ECONNREFUSED, "ECONNREFUSED" },
	{ EHOSTDOWN, "EHOSTDOWN" },
	{ EHOSTUNREACH, "EHOSTUNREACH" },
	{ EALREADY, "EALREADY" },
	{ EINPROGRESS, "EINPROGRESS" },
	{ ESTALE, "ESTALE" },
	{ EUCLEAN, "EUCLEAN" },
	{ ENOTNAM, "ENOTNAM" },
	{ ENAVAIL, "ENAVAIL" },
	{ EISNAM, "EISNAM" },
	{ EREMOTEIO, "EREMOTEIO" },
	{ EDQUOT, "EDQUOT" },
	{ ENOMEDIUM, "ENOMEDIUM" },
	{ EMEDIUMTYPE, "EMEDIUMTYPE" },
	{ ECANCELED, "ECANCELED" },
	{ ENOKEY, "ENOKEY" },
	{ EKEYEXPIRED, "EKEYEXPIRED" },
	{ EKEYREVOKED, "EKEYREVOKED" },
	{ EKEYREJECTED, "EKEYREJECTED" },
	{ EOWNERDEAD, "EOWNERDEAD" },
	{ ENOTRECOVERABLE, "ENOTRECOVERABLE" },
	{ ERFKILL, "ERFKILL" },
	{ EHWPOISON, "EHWPOISON" },
	/* the kernel has these, but no header of the C library */
	{ 512, "ERESTARTSYS" },
	{ 524, "ENOTSUPP" },
	/* libbpf's own */
	{ 4000, "LIBBPF_ERRNO__LIBELF" },
	{ 4001, "LIBBPF_ERRNO__FORMAT" },
	{ 4002, "LIBBPF_ERRNO__KVERSION" },
	{ 4003, "LIBBPF_ERRNO__ENDIAN" },
	{ 4004, "LIBBPF_ERRNO__INTERNAL" },
	{ 4005, "LIBBPF_ERRNO__RELOC" },
	{ 4006, "LIBBPF_ERRNO__LOAD" },
	{ 4007, "LIBBPF_ERRNO__VERIFY" },
	{ 4008, "LIBBPF_ERRNO__PROG2BIG" },
	{ 4009, "LIBBPF_ERRNO__KVER" },
	{ 4010, "LIBBPF_ERRNO__PROGTYPE" },
	{ 4011, "LIBBPF_ERRNO__WRNGPID" },
	{ 4012, "LIBBPF_ERRNO__INVSEQ" },
	{ 4013, "LIBBPF_ERRNO__NLPARSE" },
};

static const struct cause *cause_of(enum cgswap_cause cause)
{
	return (unsigned)cause < CAUSES ? &causes[cause] : &causes[CGSWAP_CAUSE_NONE];
}

const char *cgswap_status_get_name(enum cgswap_status status)
{
	unsigned i = 0U - (unsigned)status;

	return i < sizeof(statuses) / sizeof(statuses[0]) ? statuses[i].name : "";
}

const char *cgswap_errno_get_name(int errnum)
{
	for (size_t i = 0; i < sizeof(errnos) / sizeof(errnos[0]); i++)
		if (errnos[i].number == errnum)
			return errnos[i].name;
	return "";
}

size_t cgswap_cause_get_count(void)
{
	return CAUSES - 1;
}

enum cgswap_cause cgswap_cause_get_at(size_t index)
{
	return index < CAUSES - 1 ? (enum cgswap_cause)(index + 1) : CGSWAP_CAUSE_NONE;
}

enum cgswap_cause cgswap_cause_get_by_name(const char *name)
{
	if (!name || !*name)
		return CGSWAP_CAUSE_NONE;
	for (size_t i = 1; i < CAUSES; i++)
		if (strcmp(causes[i].name, name) == 0)
			return (enum cgswap_cause)i;
	return CGSWAP_CAUSE_NONE;
}

const char *cgswap_cause_get_name(enum cgswap_cause cause)
{
	return cause_of(cause)->name;
}

int cause_errno(enum cgswap_cause cause)
{
	return statuses[-cause_of(cause)->status].errnum;
}

enum cgswap_status cgswap_cause_get_status(enum cgswap_cause cause)
{
	return cause_of(cause)->status;
}

/* These depend on what one cgroup or its chain has; any other cause fails in every cgroup. */
bool cgswap_cause_get_per_cgroup(enum cgswap_cause cause)
{
	switch (cause) {
	case CGSWAP_CAUSE_SELECTOR_AMBIGUOUS:
	case CGSWAP_CAUSE_CGROUP_NOT_FOUND:
	case CGSWAP_CAUSE_CGROUP_V1:
	case CGSWAP_CAUSE_NOT_A_CGROUP:
	case CGSWAP_CAUSE_CGROUP_GONE:
	case CGSWAP_CAUSE_CGROUP_UNREACHABLE:
	case CGSWAP_CAUSE_NOT_ATTACHED:
	case CGSWAP_CAUSE_HELD_BY_LINK:
	case CGSWAP_CAUSE_ATTACHED_AT_ANCESTOR:
	case CGSWAP_CAUSE_CHAIN_EMPTY:
	case CGSWAP_CAUSE_ALREADY_ATTACHED:
	case CGSWAP_CAUSE_ANCHOR_NOT_ATTACHED:
	case CGSWAP_CAUSE_ANCHOR_KIND_MISMATCH:
	case CGSWAP_CAUSE_CHAIN_FULL:
	case CGSWAP_CAUSE_OWN_MODE_CONFLICT:
	case CGSWAP_CAUSE_ANCESTOR_EXCLUSIVE:
	case CGSWAP_CAUSE_PREORDER_WOULD_CHANGE:
	case CGSWAP_CAUSE_REVISION_CHANGED:
	case CGSWAP_CAUSE_LOST_RACE:
	case CGSWAP_CAUSE_LINK_CHANGED:
	case CGSWAP_CAUSE_LINK_DETACHED:
	case CGSWAP_CAUSE_DENIED_BY_POLICY:
	case CGSWAP_CAUSE_UNSAFE_LINK_UPDATE:
	case CGSWAP_CAUSE_MAP_CHANGED:
	case CGSWAP_CAUSE_MAP_DROPPED:
	case CGSWAP_CAUSE_VERIFY_FAILED:
	case CGSWAP_CAUSE_CONSTANTS_CHANGED:
	case CGSWAP_CAUSE_UNDO_LOSES_STATE:
	case CGSWAP_CAUSE_PIN_LEFT:
	case CGSWAP_CAUSE_TAGS_DIFFER:
		return true;
	default:
		return false;
	}
}

const char *cgswap_cause_get_errnos(enum cgswap_cause cause)
{
	return cause_of(cause)->errnos;
}

const char *cgswap_cause_get_meaning(enum cgswap_cause cause)
{
	return cause_of(cause)->meaning;
}

const char *cgswap_cause_get_remedy(enum cgswap_cause cause)
{
	return cause_of(cause)->remedy;
}

const char *cgswap_cause_get_example(enum cgswap_cause cause)
{
	return cause_of(cause)->example;
}
