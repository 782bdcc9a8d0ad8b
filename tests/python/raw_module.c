/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The module `raw`: scratch cgroups, programs and the kernel's chains by raw system calls, without the
 * library, to compare with the results of the module under test.
 */
#include "embed.h"

#include "../lib/bpffs.h"
#include "../lib/chains.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/fixture_marks.h"
#include "../lib/privilege.h"
#include "../lib/programs.h"
#include "../lib/scratch.h"
#include "../lib/traffic.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

static PyObject *checked(int result)
{
	if (result < 0)
		return PyErr_SetFromErrno(PyExc_OSError);
	return PyLong_FromLong(result);
}

static PyObject *py_scratch(PyObject *module, PyObject *args)
{
	struct scratch scratch;
	const char *name;

	(void)module;
	if (!PyArg_ParseTuple(args, "s", &name))
		return NULL;
	scratch = scratch_new(name);
	return Py_BuildValue("(si)", scratch.path, scratch.fd);
}

static PyObject *py_remove(PyObject *module, PyObject *args)
{
	struct scratch scratch;
	const char *path;

	(void)module;
	if (!PyArg_ParseTuple(args, "si", &path, &scratch.fd))
		return NULL;
	snprintf(scratch.path, sizeof(scratch.path), "%s", path);
	scratch_remove(&scratch);
	Py_RETURN_NONE;
}

static PyObject *py_child(PyObject *module, PyObject *args)
{
	struct scratch parent, child;
	const char *path, *name;

	(void)module;
	if (!PyArg_ParseTuple(args, "sis", &path, &parent.fd, &name))
		return NULL;
	snprintf(parent.path, sizeof(parent.path), "%s", path);
	child = scratch_child(&parent, name);
	return Py_BuildValue("(si)", child.path, child.fd);
}

static PyObject *py_program(PyObject *module, PyObject *args)
{
	unsigned attach_type;
	const char *name;

	(void)module;
	if (!PyArg_ParseTuple(args, "Is", &attach_type, &name))
		return NULL;
	return PyLong_FromLong(prog_pass(attach_type, name));
}

static PyObject *py_attach(PyObject *module, PyObject *args)
{
	unsigned attach_type, flags;
	int cgroup, prog;

	(void)module;
	if (!PyArg_ParseTuple(args, "iiII", &cgroup, &prog, &attach_type, &flags))
		return NULL;
	return checked(raw_attach(cgroup, prog, attach_type, flags));
}

static PyObject *py_detach(PyObject *module, PyObject *args)
{
	unsigned attach_type;
	int cgroup, prog;

	(void)module;
	if (!PyArg_ParseTuple(args, "iiI", &cgroup, &prog, &attach_type))
		return NULL;
	return checked(raw_detach(cgroup, prog, attach_type));
}

static PyObject *py_link(PyObject *module, PyObject *args)
{
	unsigned attach_type;
	int cgroup, prog;

	(void)module;
	if (!PyArg_ParseTuple(args, "iiI", &cgroup, &prog, &attach_type))
		return NULL;
	return checked(raw_link_create(cgroup, prog, attach_type, 0));
}

/* (ids, mode flags, revision) */
static PyObject *py_chain(PyObject *module, PyObject *args)
{
	struct raw_chain chain;
	unsigned attach_type, effective = 0;
	PyObject *ids;
	int cgroup;

	(void)module;
	if (!PyArg_ParseTuple(args, "iI|p", &cgroup, &attach_type, &effective))
		return NULL;
	chain = effective ? effective_now(cgroup, attach_type) : chain_now(cgroup, attach_type);
	ids = PyList_New((Py_ssize_t)chain.count);
	for (uint32_t i = 0; ids && i < chain.count; i++)
		PyList_SET_ITEM(ids, (Py_ssize_t)i, PyLong_FromUnsignedLong(chain.ids[i]));
	return Py_BuildValue("(NIK)", ids, chain.flags, (unsigned long long)chain.revision);
}

static PyObject *py_program_id(PyObject *module, PyObject *args)
{
	int fd;

	(void)module;
	if (!PyArg_ParseTuple(args, "i", &fd))
		return NULL;
	return PyLong_FromUnsignedLong(raw_prog_id(fd));
}

static PyObject *py_program_tag(PyObject *module, PyObject *args)
{
	char tag[17];
	int fd;

	(void)module;
	if (!PyArg_ParseTuple(args, "i", &fd))
		return NULL;
	return PyUnicode_FromString(raw_prog_tag(fd, tag));
}

static PyObject *py_link_id(PyObject *module, PyObject *args)
{
	int fd;

	(void)module;
	if (!PyArg_ParseTuple(args, "i", &fd))
		return NULL;
	return PyLong_FromUnsignedLong(raw_link_id(fd));
}

/* Reads the first value of an array of 64-bit numbers. */
static PyObject *py_value(PyObject *module, PyObject *args)
{
	unsigned id;
	uint64_t value;
	int map, failed;

	(void)module;
	if (!PyArg_ParseTuple(args, "I", &id))
		return NULL;
	map = raw_map_open(id);
	failed = map < 0 ? -1 : raw_map_lookup(map, 0, &value);
	if (map >= 0)
		close(map);
	if (failed)
		return PyErr_SetFromErrno(PyExc_OSError);
	return PyLong_FromUnsignedLongLong(value);
}

static PyObject *py_bpffs(PyObject *module, PyObject *args)
{
	(void)module;
	(void)args;
	return PyUnicode_FromString(bpffs_private());
}

static PyObject *py_pin(PyObject *module, PyObject *args)
{
	const char *name;
	int fd;

	(void)module;
	if (!PyArg_ParseTuple(args, "is", &fd, &name))
		return NULL;
	return PyUnicode_FromString(bpffs_pin(fd, name));
}

static PyObject *path_of(char *(*where)(const char *), PyObject *args)
{
	const char *below;
	PyObject *text;
	char *path;

	if (!PyArg_ParseTuple(args, "s", &below))
		return NULL;
	path = where(below);
	text = PyUnicode_DecodeFSDefault(path);
	free(path);
	return text;
}

static PyObject *py_build_path(PyObject *module, PyObject *args)
{
	(void)module;
	return path_of(build_path, args);
}

static PyObject *py_source_path(PyObject *module, PyObject *args)
{
	(void)module;
	return path_of(source_path, args);
}

static PyObject *py_knows_flags(PyObject *module, PyObject *args)
{
	unsigned flags;

	(void)module;
	if (!PyArg_ParseTuple(args, "I", &flags))
		return NULL;
	return PyBool_FromLong(kernel_knows_flags(flags));
}

/* ---- traffic: one sender at a time, and two programs that mark the packets they see ------------ */

static struct marks marks;
static struct traffic sender;

static PyObject *py_marks(PyObject *module, PyObject *args)
{
	unsigned most;

	(void)module;
	if (!PyArg_ParseTuple(args, "I", &most))
		return NULL;
	marks = marks_new(most);
	return Py_BuildValue("(ii)", marks.progs[0], marks.progs[1]);
}

static PyObject *py_send(PyObject *module, PyObject *args)
{
	struct scratch from;
	const char *path;
	unsigned count;
	int result;

	(void)module;
	if (!PyArg_ParseTuple(args, "siI", &path, &from.fd, &count))
		return NULL;
	snprintf(from.path, sizeof(from.path), "%s", path);
	PyOS_BeforeFork();
	result = traffic_send(&from, count);
	PyOS_AfterFork_Parent();
	return checked(result);
}

static PyObject *py_start_traffic(PyObject *module, PyObject *args)
{
	struct scratch from;
	const char *path;

	(void)module;
	if (!PyArg_ParseTuple(args, "si", &path, &from.fd))
		return NULL;
	snprintf(from.path, sizeof(from.path), "%s", path);
	PyOS_BeforeFork();
	sender = traffic_start(&from, marks.most);
	PyOS_AfterFork_Parent();
	Py_RETURN_NONE;
}

static PyObject *py_stop_traffic(PyObject *module, PyObject *args)
{
	struct marks_result result;
	uint32_t sent;

	(void)module;
	(void)args;
	sent = traffic_stop(&sender);
	result = marks_count(&marks, sent);
	marks_free(&marks);
	return Py_BuildValue("(IIIKK)", sent, result.unseen, result.doubled,
			     (unsigned long long)result.by[0], (unsigned long long)result.by[1]);
}

/* ---- fewer capabilities, in a child ------------------------------------------------------------- */

static PyObject *part;

static void run_part(void)
{
	PyObject *result;

	PyOS_AfterFork_Child();
	result = PyObject_CallNoArgs(part);
	if (!result)
		PyErr_Print();
	Py_XDECREF(result);
}

static PyObject *py_without_capabilities(PyObject *module, PyObject *args)
{
	unsigned long long mask;

	(void)module;
	if (!PyArg_ParseTuple(args, "KO", &mask, &part))
		return NULL;
	PyOS_BeforeFork();
	without_capabilities(mask, run_part);
	PyOS_AfterFork_Parent();
	Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
	{ "scratch", py_scratch, METH_VARARGS, "scratch(name): makes a cgroup; its path and descriptor." },
	{ "child", py_child, METH_VARARGS, "child(path, fd, name): makes a cgroup below it." },
	{ "remove", py_remove, METH_VARARGS, "remove(path, fd): removes a cgroup." },
	{ "program", py_program, METH_VARARGS, "program(attach_type, name): descriptor of a program that passes." },
	{ "attach", py_attach, METH_VARARGS, "attach(cgroup, prog, attach_type, flags), by descriptors." },
	{ "detach", py_detach, METH_VARARGS, "detach(cgroup, prog, attach_type), by descriptors." },
	{ "link", py_link, METH_VARARGS, "link(cgroup, prog, attach_type): a link's descriptor." },
	{ "chain", py_chain, METH_VARARGS, "chain(cgroup, attach_type[, effective]): ids, flags, revision." },
	{ "program_id", py_program_id, METH_VARARGS, "program_id(fd)" },
	{ "program_tag", py_program_tag, METH_VARARGS, "program_tag(fd)" },
	{ "link_id", py_link_id, METH_VARARGS, "link_id(fd)" },
	{ "value", py_value, METH_VARARGS, "value(map_id): the first value of an array." },
	{ "bpffs", py_bpffs, METH_NOARGS, "bpffs(): mounts a bpffs for this process only." },
	{ "pin", py_pin, METH_VARARGS, "pin(fd, name): pins; the path." },
	{ "build_path", py_build_path, METH_VARARGS, "build_path(below)" },
	{ "source_path", py_source_path, METH_VARARGS, "source_path(below)" },
	{ "knows_flags", py_knows_flags, METH_VARARGS, "knows_flags(flags): whether the kernel knows them." },
	{ "marks", py_marks, METH_VARARGS, "marks(most): two programs that mark numbered packets." },
	{ "send", py_send, METH_VARARGS, "send(path, fd, count): sends packets from a cgroup." },
	{ "start_traffic", py_start_traffic, METH_VARARGS, "start_traffic(path, fd): sends packets from a cgroup in the background." },
	{ "stop_traffic", py_stop_traffic, METH_NOARGS,
	  "stop_traffic(): numbers sent, seen by neither, by both, by the first, by the second." },
	{ "without_capabilities", py_without_capabilities, METH_VARARGS,
	  "without_capabilities(mask, part): calls part in a child." },
	{ NULL, NULL, 0, NULL },
};

static struct PyModuleDef definition = {
	PyModuleDef_HEAD_INIT, "raw", "Cgroups, programs and chains by raw system calls.", -1, methods, NULL, NULL, NULL, NULL,
};

#ifdef __SANITIZE_ADDRESS__
enum { SANITIZED = 1 };
#else
enum { SANITIZED = 0 };
#endif

PyObject *raw_module(void)
{
	PyObject *module = PyModule_Create(&definition);

	if (!module)
		return NULL;
	PyModule_AddIntMacro(module, INGRESS);
	PyModule_AddIntMacro(module, EGRESS);
	PyModule_AddIntMacro(module, CONNECT4);
	PyModule_AddIntMacro(module, SANITIZED);
	PyModule_AddIntConstant(module, "MULTI", RAW_MULTI);
	PyModule_AddIntConstant(module, "OVERRIDE", RAW_OVERRIDE);
	PyModule_AddIntConstant(module, "PREORDER", RAW_PREORDER);
	PyModule_AddStringConstant(module, "CGROUP_ROOT", scratch_mount());
	return module;
}
