/* SPDX-License-Identifier: BSD-2-Clause */
#include "binding.h"

/*
 * A callback holds the interpreter's lock. It may run while the exception of an earlier one is set,
 * which stays set until the call returns: the steps are undone then, and that has events too.
 */
struct cg_callback {
	PyGILState_STATE lock;
	PyObject *type, *value, *trace;
};

static struct cg_callback cg_callback_begin(void)
{
	struct cg_callback callback = { .lock = PyGILState_Ensure() };

	PyErr_Fetch(&callback.type, &callback.value, &callback.trace);
	return callback;
}

/* The first exception stays set; another one goes to sys.unraisablehook. */
static void cg_callback_end(struct cg_callback *callback, PyObject *callable)
{
	if (callback->type) {
		if (PyErr_Occurred())
			PyErr_WriteUnraisable(callable);
		PyErr_Restore(callback->type, callback->value, callback->trace);
	}
	PyGILState_Release(callback->lock);
}

/* Calls a Python callback from a running call. Returns nonzero if the call must end. */
static int cg_call_back(PyObject *callable, const char *format, ...)
{
	struct cg_callback callback = cg_callback_begin();
	PyObject *arguments, *answer = NULL;
	va_list list;
	int stop;

	va_start(list, format);
	arguments = Py_VaBuildValue(format, list);
	va_end(list);
	if (arguments)
		answer = PyObject_Call(callable, arguments, NULL);
	stop = !answer || answer == Py_False;
	Py_XDECREF(arguments);
	Py_XDECREF(answer);
	cg_callback_end(&callback, callable);
	return stop;
}

int cg_progress(size_t done, size_t total, void *user)
{
	return cg_call_back(user, "(nn)", (Py_ssize_t)done, (Py_ssize_t)total);
}

int cg_on_event(const cgswap_event *event, void *user)
{
	struct cg_callback callback = cg_callback_begin();
	PyObject *record = cg_event(event), *answer = NULL;
	int stop;

	if (record)
		answer = PyObject_CallFunctionObjArgs(user, record, NULL);
	stop = !answer || answer == Py_False;
	Py_XDECREF(record);
	Py_XDECREF(answer);
	cg_callback_end(&callback, user);
	return stop;
}

/*
 * A string means unhealthy, and is the reason. Returns nonzero if unhealthy, or with an exception.
 */
static int cg_health_answer(char *said, size_t size, PyObject *answer)
{
	PyObject *text;

	if (!answer)
		return -1;
	if (!PyUnicode_Check(answer))
		return answer == Py_False;
	text = PyUnicode_EncodeFSDefault(answer);
	if (text)
		snprintf(said, size, "%s", PyBytes_AS_STRING(text));
	Py_XDECREF(text);
	return 1;
}

int cg_health(char *said, size_t size, const cgswap_event *event, void *user)
{
	struct cg_callback callback = cg_callback_begin();
	PyObject *record = cg_event(event), *answer = NULL;
	int unhealthy;

	if (record)
		answer = PyObject_CallFunctionObjArgs(user, record, NULL);
	unhealthy = cg_health_answer(said, size, answer);
	Py_XDECREF(record);
	Py_XDECREF(answer);
	cg_callback_end(&callback, user);
	return unhealthy;
}

static PyObject *cg_path(const char *path)
{
	return PyUnicode_DecodeFSDefault(path);
}

int cg_visit(const char *cgroup, void *user)
{
	return cg_call_back(user, "(O&)", cg_path, cgroup);
}

/* The object of a weak reference, as a new reference; NULL if the object is gone. */
static PyObject *cg_referent(PyObject *reference)
{
	PyObject *found;

#if PY_VERSION_HEX >= 0x030d0000
	if (PyWeakref_GetRef(reference, &found) < 0)
		PyErr_Clear();
#else
	found = PyWeakref_GetObject(reference);
	if (found == Py_None)
		found = NULL;
	Py_XINCREF(found);
#endif
	return found;
}

void cg_log(int level, const char *line, void *user)
{
	struct cg_callback callback;
	PyObject *callable, *answer;

	if (!Py_IsInitialized())
		return;
	callback = cg_callback_begin();
	callable = cg_referent(user);
	if (callable) {
		answer = PyObject_CallFunction(callable, "iO&", level, cg_path, line);
		if (!answer)
			PyErr_WriteUnraisable(callable);
		Py_XDECREF(answer);
		Py_DECREF(callable);
	}
	cg_callback_end(&callback, Py_None);
}

void cg_log_destroy(void *user)
{
	PyGILState_STATE lock;

	if (!Py_IsInitialized())
		return;
	lock = PyGILState_Ensure();
	Py_DECREF((PyObject *)user);
	PyGILState_Release(lock);
}

bool cg_take_callable(void **out, PyObject *options, const char *name)
{
	PyObject *given = cg_item(options, name);

	*out = given == Py_None ? NULL : given;
	return given ? !*out || cg_is_callable(given, name) : !PyErr_Occurred();
}

bool cg_is_callable(PyObject *given, const char *name)
{
	if (PyCallable_Check(given))
		return true;
	PyErr_Format(PyExc_TypeError, "%s: expected a callable, got %.100s", name,
		     Py_TYPE(given)->tp_name);
	return false;
}
