#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Swaps the objects of this folder under traffic, and looks at the kernel with bpftool only.

corpus.py ROUNDS: each object is loaded by cgswap, or by a loader, and replaced ROUNDS times by its other
version. After each round the maps have the same ids, their contents are those of before, the packets to
the denied port are rejected as before, and the counter goes on from where it was. Every other swap is
done while packets are sent: none passes that must not, none is rejected or missed. A swap whose health
check fails is put back, with all of that. At the end no program, map or pin is left. Prints TAP.

The environment has CGSWAP (the command), LOADER, BPF_CLANG, BPF_CFLAGS, BPFTOOL. It runs in a mount
namespace of its own, with an empty bpffs (objects.sh).
"""
import json
import os
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
BPFFS = "/sys/fs/bpf"
RULES_PIN = f"{BPFFS}/corpus_of_loader_rules"
PORT, DENIED = 7801, 7802
PACKETS = 5
LONG_ROUNDS = 20  # of check-corpus, which counts a missing compiler as skipped
FULL_NAMES = {"connect4": "cgroup_inet4_connect", "sendmsg4": "cgroup_udp4_sendmsg"}
NOT_READABLE = {"queue", "stack", "bloom_filter", "ringbuf", "perf_event_array", "sk_storage", "prog_array"}


class Failure(Exception):
    pass


def run(*words):
    return subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def must(*words):
    done = run(*words)
    if done.returncode:
        raise Failure(f"{' '.join(words)}: {done.stdout.strip()}")
    return done.stdout


def expect(good, text):
    if not good:
        raise Failure(text)


# ---- what the kernel has, as bpftool says ------------------------------------------------------------


def bpftool(*words):
    done = run(os.environ["BPFTOOL"], "-j", *words)
    try:
        found = json.loads(done.stdout)
    except ValueError:
        raise Failure(f"bpftool {' '.join(words)}: {done.stdout.strip()}") from None
    if isinstance(found, dict) and "error" in found:
        raise LookupError(found["error"])
    return found


def is_there(kind, number):
    try:
        bpftool(kind, "show", "id", str(number))
    except LookupError:
        return False
    return True


def number_of(value):
    """A value as bpftool prints it: a list of bytes."""
    return int.from_bytes(bytes(int(byte, 0) for byte in value), "little")


class Map:
    def __init__(self, number):
        self.info = bpftool("map", "show", "id", str(number))
        self.id = number
        self.name = self.info.get("name", "")
        self.type = self.info.get("type", "")
        self.read_only = ".rodata" in self.name or ".kconfig" in self.name

    def contents(self):
        return None if self.type in NOT_READABLE else bpftool("map", "dump", "id", str(self.id))

    def first(self):
        return number_of(self.contents()[0]["value"])


def deny(*rules):
    """Puts the denied port into a map, named as bpftool does."""
    key = [str(byte) for byte in DENIED.to_bytes(4, "little")]
    must(os.environ["BPFTOOL"], "map", "update", *rules, "key", *key, "value", "1", *["0"] * 7)


class Attached:
    """The only program of the cgroup at an attach type, and its maps."""

    def __init__(self, cgroup, attach_type):
        chain = bpftool("cgroup", "show", cgroup)
        names = (attach_type, FULL_NAMES.get(attach_type, f"cgroup_inet_{attach_type}"))
        chain = [entry for entry in chain if entry["attach_type"] in names]
        expect(len(chain) == 1, f"{len(chain)} programs are attached to {attach_type}")
        self.id = chain[0]["id"]
        self.maps = [Map(number) for number in bpftool("prog", "show", "id", str(self.id)).get("map_ids", [])]

    def map(self, name):
        found = [each for each in self.maps if each.name == name[:15]]
        expect(len(found) == 1, f"{len(found)} maps are named {name}")
        return found[0]

    def contents(self):
        return {each.id: each.contents() for each in self.maps if not each.read_only}


class Seen:
    """All programs and maps that were attached."""

    def __init__(self):
        self.ids = {"prog": set(), "map": set()}

    def add(self, attached):
        self.ids["prog"].add(attached.id)
        self.ids["map"].update(each.id for each in attached.maps)

    def nothing_left(self):
        for pin in os.listdir(BPFFS):
            expect(pin in ("maps.debug", "progs.debug") or pin.startswith("corpus_of_loader"),
                   f"{pin} is pinned")
            if pin.startswith("corpus_of_loader"):
                os.unlink(f"{BPFFS}/{pin}")
        until = time.monotonic() + 60
        for kind, numbers in self.ids.items():
            for number in numbers:
                while is_there(kind, number):
                    expect(time.monotonic() < until, f"{kind} {number} is left")
                    time.sleep(0.05)


# ---- traffic -----------------------------------------------------------------------------------------


def passed(cgroup, port, packets, connected=False):
    """Sends packets from a process in the cgroup. Returns how many the programs let through."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    count = 0
    with open(f"{cgroup}/cgroup.procs", "w") as procs:
        procs.write(str(os.getpid()))
    for _ in range(packets):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            try:
                if connected:
                    sender.connect(("127.0.0.1", port))
                else:
                    sender.sendto(b"corpus", ("127.0.0.1", port))
                count += 1
            except PermissionError:
                pass
    os._exit(count)


class Traffic:
    """A process in the cgroup that sends packets to both ports until it is stopped."""

    def __init__(self, cgroup):
        stop, self.stop = os.pipe()
        self.results, results = os.pipe()
        self.child = os.fork()
        if not self.child:
            self.send(cgroup, stop, results)
        os.close(stop)
        os.close(results)
        os.read(self.results, 1)  # it is in the cgroup

    def send(self, cgroup, stop, results):
        os.close(self.stop)
        with open(f"{cgroup}/cgroup.procs", "w") as procs:
            procs.write(str(os.getpid()))
        os.write(results, b"!")
        counts = {"sent": 0, "rejected": 0, "leaked": 0}
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            while not select.select([stop], [], [], 0)[0]:
                for port in (PORT, DENIED):
                    counts["sent"] += 1
                    try:
                        sender.sendto(b"corpus", ("127.0.0.1", port))
                        counts["leaked"] += port == DENIED
                    except PermissionError:
                        counts["rejected"] += port == PORT
        os.write(results, json.dumps(counts).encode())
        os._exit(0)

    def end(self):
        """Returns how many packets were sent, rejected though admitted, and passed though denied."""
        os.close(self.stop)
        counts = os.read(self.results, 1000)
        os.close(self.results)
        os.waitpid(self.child, 0)
        return json.loads(counts)


# ---- objects -----------------------------------------------------------------------------------------


NOT_HERE = "not on this machine: "
CLANGS = [f"clang-{release}" for release in range(30, 15, -1)]


class Compiler:
    def __init__(self, folder):
        self.folder = folder

    def compile(self, name, version, flags=(), after=()):
        """Returns the object of a version; None if no compiler here knows the flags."""
        folder = f"{self.folder}/{version}-{'-'.join(flags)}-{'-'.join(after)}".replace("=", "")
        made = f"{folder}/{name}.o"
        os.makedirs(folder, exist_ok=True)
        given = os.environ["BPF_CLANG"].split()
        newer = [[clang] for clang in CLANGS if shutil.which(clang)]
        words = os.environ["BPF_CFLAGS"].split()
        words = [word for word in words if word != "-g"] if "-g0" in flags else words
        for clang in [given, *newer] if any(flag.startswith("-mcpu") for flag in flags) else [given]:
            done = run(*clang, *words, f"-DVERSION={version}", *flags, "-c", f"{HERE}/{name}.bpf.c", "-o", made)
            if not done.returncode:
                break
        if done.returncode and any(flag.startswith("-mcpu") for flag in flags):
            return None
        expect(done.returncode == 0, done.stdout)
        if after:
            must(*after, made)
        return made

    def compile_by_gcc(self, gcc, name, version):
        made = f"{self.folder}/gcc-{version}/{name}.o"
        os.makedirs(os.path.dirname(made), exist_ok=True)
        words = os.environ["BPF_CFLAGS"].split()
        headers = [words[i + 1] for i, word in enumerate(words) if word == "-idirafter"]
        must(gcc, "-O2", "-gbtf", *[word for path in ["/usr/include", *headers] for word in ("-idirafter", path)],
             f"-DVERSION={version}", "-c", f"{HERE}/{name}.bpf.c", "-o", made)
        return made


class Case:
    """One object with its versions, and what is done with it.

    loader: words for the loader that loads the first version; None: cgswap loads it, with the options attach.
    options: options of cgswap replace. hits, rules: the names of these maps; no rules: the loader pins them.
    alike: the names of maps that the kernel cuts alike, in the order in which they were created.
    """

    def __init__(self, object_name, title="", flags=(), after=(), loader=None, attach=(),
                 options=("--maps", "require"), hits="hits", rules="rules", alike=None, gcc=None):
        self.object_name = object_name
        self.title = f"{object_name}{': ' if title else ''}{title}"
        self.flags, self.after, self.loader = flags, after, loader
        self.attach, self.options = attach, options
        self.hits, self.rules, self.alike, self.gcc = hits, rules, alike, gcc


class Round:
    def __init__(self, cgroup, case, objects):
        self.cgroup, self.case, self.objects = cgroup, case, objects
        self.seen = Seen()
        self.sent = 0

    def look(self):
        attached = Attached(self.cgroup, "egress")
        self.seen.add(attached)
        return attached

    def load_first(self):
        if self.case.loader is None:
            must(os.environ["CGSWAP"], "attach", self.cgroup, "egress", f"{self.objects[0]}#corpus",
                 *self.case.attach)
            return
        pin = f"{BPFFS}/corpus"
        must(os.environ["LOADER"], self.objects[0], "corpus", pin, *self.case.loader)
        must(os.environ["BPFTOOL"], "cgroup", "attach", self.cgroup, "egress", "pinned", pin, "multi")
        os.unlink(pin)

    def deny(self):
        if self.case.rules:
            deny("id", str(self.look().map(self.case.rules).id))
        else:
            deny("pinned", RULES_PIN)

    def check_traffic(self, what):
        count = passed(self.cgroup, PORT, PACKETS)
        expect(count == PACKETS, f"{what}: {count} of {PACKETS} packets passed")
        count = passed(self.cgroup, DENIED, PACKETS)
        expect(count == 0, f"{what}: {count} packets to the denied port passed")
        self.sent += 2 * PACKETS
        hits = self.look().map(self.case.hits).first()
        expect(hits == self.sent, f"{what}: {hits} packets are counted, and {self.sent} were sent")

    def choices(self, before):
        """--map options for maps whose names the kernel cuts alike."""
        if not self.case.alike:
            return []
        cut = sorted(each.id for each in before.maps if each.name == self.case.alike[0][:15])
        expect(len(cut) == len(self.case.alike), f"maps {cut} have the cut name")
        return [word for name, number in zip(self.case.alike, cut) for word in ("--map", f"{name}=id:{number}")]

    def replace(self, before, made, *options):
        return run(os.environ["CGSWAP"], "replace", self.cgroup, "egress", f"id:{before.id}", f"{made}#corpus",
                   *self.case.options, *self.choices(before), *options)

    def check_kept(self, before, contents):
        """All maps are the ones of before, with these contents."""
        after = self.look()
        kept = {each.id for each in after.maps}
        for each in before.maps:
            expect(each.read_only or each.id in kept, f"map {each.name} is another one")
        now = after.contents()
        for number, content in contents.items():
            expect(now[number] == content, f"map {number} had {content}, and has {now[number]}")
        return after

    def swap(self, made):
        before = self.look()
        contents = before.contents()
        done = self.replace(before, made)
        expect(done.returncode == 0, done.stdout)
        after = self.check_kept(before, contents)
        expect(after.id != before.id, "the program is the old one")

    def swap_under_traffic(self, made):
        before = self.look()
        rules = before.map(self.case.rules) if self.case.rules else None
        contents = {rules.id: rules.contents()} if rules else {}
        traffic = Traffic(self.cgroup)
        try:
            done = self.replace(before, made)
        finally:
            counts = traffic.end()
        expect(done.returncode == 0, done.stdout)
        expect(self.check_kept(before, contents).id != before.id, "the program is the old one")
        expect(not counts["rejected"] and not counts["leaked"], f"under traffic: {counts}")
        self.sent += counts["sent"]

    def put_back(self, made):
        """A health check that fails after the swap: the old program is attached again, with its maps."""
        before = self.look()
        contents = before.contents()
        done = run(os.environ["CGSWAP"], "replace", "egress", f"id:{before.id}", f"{made}#corpus", "--cgroup",
                   self.cgroup, *self.case.options, *self.choices(before), "--check", "exit 1", "--json")
        expect(done.returncode == 1 and '"health_check_failed"' in done.stdout, done.stdout)
        expect(self.check_kept(before, contents).id == before.id, "the old program is not put back")

    def detach(self):
        must(os.environ["CGSWAP"], "detach", self.cgroup, "egress", "pos:0")


def run_case(case, cgroup, compiler, rounds):
    if case.gcc and not shutil.which(case.gcc):
        return f"{NOT_HERE}{case.gcc} (Debian package gcc-bpf)"
    if case.gcc:
        objects = [compiler.compile_by_gcc(case.gcc, case.object_name, version) for version in (1, 2)]
    else:
        objects = [compiler.compile(case.object_name, version, case.flags, case.after) for version in (1, 2)]
    if None in objects:
        return f"{NOT_HERE}a clang that knows {' '.join(case.flags)}"
    swaps = Round(cgroup, case, objects)
    swaps.load_first()
    try:
        swaps.deny()
        swaps.check_traffic("before")
        for number in range(rounds):
            swap = swaps.swap_under_traffic if number % 2 else swaps.swap
            swap(objects[(number + 1) % 2])
            swaps.check_traffic(f"round {number + 1}")
        swaps.put_back(objects[(rounds + 1) % 2])
        swaps.check_traffic("put back")
    finally:
        swaps.detach()
    swaps.seen.nothing_left()
    return None


# ---- cases of their own ------------------------------------------------------------------------------


def run_without_btf(cgroup, compiler):
    """Without BTF variables cannot be compared: a swap says so, and new maps are possible."""
    cgswap = os.environ["CGSWAP"]
    made = compiler.compile("only_globals", 1, ("-g0",))
    must(cgswap, "attach", cgroup, "egress", f"{made}#corpus")
    try:
        before = Attached(cgroup, "egress")
        done = run(cgswap, "replace", cgroup, "egress", "pos:0", made, "--json")
        expect(done.returncode == 1 and json.loads(done.stdout)["error"]["cause"] == "map_changed",
               done.stdout)
        expect(Attached(cgroup, "egress").id == before.id, "the program was replaced")
        must(cgswap, "replace", cgroup, "egress", "pos:0", made, "--maps", "new")
    finally:
        must(cgswap, "detach", cgroup, "egress", "pos:0")


def run_stripped_of_btf(cgroup, compiler):
    """Maps need BTF: libbpf cannot load an object whose BTF was stripped, and the error says why."""
    strip = shutil.which("llvm-objcopy")
    if not strip:
        return "no llvm-objcopy"
    made = compiler.compile("plain", 1, (), (strip, "--remove-section", ".BTF", "--remove-section", ".BTF.ext",
                                             "--remove-section", ".rel.BTF", "--remove-section", ".rel.BTF.ext"))
    done = run(os.environ["CGSWAP"], "attach", cgroup, "egress", made)
    expect(done.returncode == 1 and "no BTF that describes them" in done.stdout, done.stdout)
    return None


def run_several_types(cgroup, compiler, rounds):
    """Programs of several attach types that share maps: each is swapped, and all see the rules."""
    cgswap = os.environ["CGSWAP"]
    programs = {"egress": "corpus", "connect4": "corpus_connect", "sendmsg4": "corpus_send"}
    objects = [compiler.compile("several_types", version) for version in (1, 2)]
    must(cgswap, "attach", cgroup, objects[0])
    seen = Seen()
    try:
        rules = {each: Attached(cgroup, each).map("rules").id for each in programs}
        expect(len(set(rules.values())) == 1, f"the programs have rules of their own: {rules}")
        deny("id", str(rules["egress"]))
        for number in range(rounds + 1):
            expect(passed(cgroup, PORT, PACKETS) == PACKETS, "a packet was rejected")
            expect(passed(cgroup, PORT, PACKETS, True) == PACKETS, "a connect was rejected")
            expect(passed(cgroup, DENIED, PACKETS) == 0, "a denied packet passed")
            expect(passed(cgroup, DENIED, PACKETS, True) == 0, "a denied connect passed")
            traffic = Traffic(cgroup)
            try:
                must(cgswap, "replace", cgroup, objects[(number + 1) % 2], "--maps", "require")
            finally:
                counts = traffic.end()
            expect(not counts["rejected"] and not counts["leaked"], f"under traffic: {counts}")
            attached = {each: Attached(cgroup, each) for each in [*programs, "ingress"]}
            for each in attached.values():
                seen.add(each)
            now = {each: attached[each].map("rules").id for each in programs}
            expect(now == rules, f"the rules are other maps: {rules}, {now}")
    finally:
        for each in [*programs, "ingress"]:
            run(cgswap, "detach", cgroup, each, "pos:0")
    seen.nothing_left()


# ---- all ---------------------------------------------------------------------------------------------


def has_option(command, option):
    return option in run(os.environ["CGSWAP"], "help", command).stdout


def cases():
    strip = shutil.which("llvm-strip")
    yield Case("plain")
    for mcpu in ("v1", "v2", "v3", "v4"):
        yield Case("plain", f"-mcpu={mcpu}", (f"-mcpu={mcpu}",))
    if strip:
        yield Case("plain", "stripped", after=(strip, "-g"))
    gcc = "bpf-unknown-none-gcc" if shutil.which("bpf-unknown-none-gcc") else "bpf-gcc"
    yield Case("plain", "compiled by gcc", gcc=gcc)
    long_names = ("hits_of_fifteen", "rules_of_sixteen",
                  "corpus_counter_of_packets_that_a_firewall_lets_through_to_any",
                  "rejected_by_a_rule_of_the_corpus_that_its_firewall_looks_up")
    # the kernel rejects its BTF, so that only the user knows that the names mean the same
    yield Case("long_names", "compiled by gcc", hits=long_names[0], rules=long_names[1], gcc=gcc,
               options=("--maps", "require", *[word for name in long_names for word in ("--map", f"{name}=old")]))
    yield Case("long_names", hits=long_names[0], rules=long_names[1])
    yield Case("subprograms")
    yield Case("globals")
    yield Case("every_map")
    yield Case("kconfig_core")
    yield Case("plain", "loaded as by Go", loader=("go",))
    yield Case("long_names", "loaded as by Go", hits=long_names[0], rules=long_names[1],
               loader=("go",))
    if has_option("replace", "--map NAME"):
        yield Case("names_alike", alike=("corpus_packets_passed", "corpus_packets_rejected"))
        yield Case("names_alike", "loaded as by Go", loader=("go",),
                   alike=("corpus_packets_passed", "corpus_packets_rejected"))
        yield Case("tail_calls", "filled by its loader",
                   rules=None,
                   loader=("fill:tails=1,decide", f"pin:tails={BPFFS}/corpus_of_loader", f"pin:rules={RULES_PIN}"))
    if has_option("replace", "--constants"):
        yield Case("loader_given", "constants and entries by its loader",
                   loader=("set:admitted=1", f"set:settings={PORT},{DENIED}", "entries:rules=32"),
                   options=("--maps", "require", "--constants", "old"))
        yield Case("loader_given", "constants and entries by its loader, as by Go",
                   loader=("set:admitted=1", f"set:settings={PORT},{DENIED}", "entries:rules=32", "go"),
                   options=("--maps", "require", "--constants", "old"))
        yield Case("loader_given", "constants and entries given to cgswap",
                   attach=("--constant", "admitted=1", "--constant", f"settings.first_port={PORT}",
                           "--constant", f"settings.last_port={DENIED}", "--map", "rules=new,max_entries=32"),
                   options=("--maps", "require", "--constants", "old"))


def main():
    rounds = int(sys.argv[1])
    number = failed = 0
    with open("/proc/mounts") as mounts:
        root = [line.split()[1] for line in mounts if line.split()[2] == "cgroup2"][0]
    # the name as in tests/lib/scratch_live.c: the next test removes what a killed one left
    cgroup = f"{root}/cgswap-test-{os.getpid()}-{os.stat('/proc/self/ns/pid').st_ino}"
    os.mkdir(cgroup)
    folder = tempfile.mkdtemp(prefix="cgswap-corpus-")
    compiler = Compiler(folder)
    checks = [(case.title, lambda case=case: run_case(case, cgroup, compiler, rounds)) for case in cases()]
    checks.append(("variables without BTF", lambda: run_without_btf(cgroup, compiler)))
    checks.append(("BTF stripped", lambda: run_stripped_of_btf(cgroup, compiler)))
    if has_option("attach", "CGROUP OBJECT"):
        checks.append(("programs of several attach types",
                       lambda: run_several_types(cgroup, compiler, rounds)))
    try:
        for title, check in checks:
            number += 1
            try:
                skipped = check()
                if skipped and skipped.startswith(NOT_HERE) and rounds < LONG_ROUNDS:
                    print(f"# {title}: {skipped}", flush=True)
                    number -= 1
                    continue
                print(f"ok {number} - {title}" + (f" # SKIP {skipped}" if skipped else ""), flush=True)
            except (Failure, LookupError) as error:
                failed += 1
                print(f"not ok {number} - {title}")
                print("\n".join(f"# {line}" for line in str(error).splitlines()), flush=True)
    finally:
        shutil.rmtree(folder)
        os.rmdir(cgroup)
    print(f"1..{number}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
