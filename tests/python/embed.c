/* SPDX-License-Identifier: BSD-2-Clause */
#include "embed.h"

#include "../lib/tap.h"

static void must(PyStatus status)
{
	if (PyStatus_Exception(status))
		bail_out("cannot start Python: %s", status.err_msg ? status.err_msg : "?");
}

static void add_path(const char *folder)
{
	PyObject *path = PySys_GetObject("path");
	PyObject *text = PyUnicode_DecodeFSDefault(folder);

	if (!path || !text || PyList_Insert(path, 0, text))
		bail_out("cannot set sys.path");
	Py_DECREF(text);
}

void embed_start(void)
{
	PyConfig config;

	if (PyImport_AppendInittab("tap", tap_module) || PyImport_AppendInittab("raw", raw_module))
		bail_out("out of memory");
	PyConfig_InitPythonConfig(&config);
	config.parse_argv = 0;
	config.write_bytecode = 0;
	/* makes Python find the prefix and packages of the interpreter that configure found */
	must(PyConfig_SetBytesString(&config, &config.program_name, PYTHON_EXECUTABLE));
	must(PyConfig_SetBytesString(&config, &config.executable, PYTHON_EXECUTABLE));
	must(Py_InitializeFromConfig(&config));
	PyConfig_Clear(&config);
	add_path(SCRIPT_DIR);
	add_path(MODULE_DIR);
}

/* Prints the traceback of the current exception as diagnostics. */
static void show_exception(void)
{
	PyObject *type, *value, *trace, *module, *lines = NULL;

	PyErr_Fetch(&type, &value, &trace);
	PyErr_NormalizeException(&type, &value, &trace);
	module = PyImport_ImportModule("traceback");
	if (module)
		lines = PyObject_CallMethod(module, "format_exception", "OOO", type,
					    value ? value : Py_None, trace ? trace : Py_None);
	for (Py_ssize_t i = 0; lines && i < PyList_GET_SIZE(lines); i++)
		diag("%s", PyUnicode_AsUTF8(PyList_GET_ITEM(lines, i)));
	PyErr_Clear();
	Py_XDECREF(lines);
	Py_XDECREF(module);
	Py_XDECREF(trace);
	Py_XDECREF(value);
	Py_XDECREF(type);
}

void embed_run(const char *path)
{
	PyObject *runner = PyImport_ImportModule("runpy");
	PyObject *globals = NULL;

	if (runner)
		globals = PyObject_CallMethod(runner, "run_path", "sOs", path, Py_None, "__main__");
	if (!globals) {
		ok(false, "the script runs to the end");
		show_exception();
	}
	Py_XDECREF(globals);
	Py_XDECREF(runner);
}

void embed_end(void)
{
	is_int(Py_FinalizeEx(), 0, "the interpreter ends");
}
