"""Theorems about the arithmetic of the fit, over all 32-bit inputs.

A theorem is a list of hypotheses and a claim about bit vectors of full width. It is proved when the solver finds
no input that obeys the hypotheses and breaks the claim. Two things keep a proof honest:

* the hypotheses alone must be satisfiable, or the theorem would be true of nothing;
* for the theorems marked with a `rival`, the form that other kernels use instead is put to the same test and must
  be *refuted*: this shows that the test can fail, and prints the input that breaks the rival.

Each theorem is named next to the code that it speaks of, in Kernel/VMem: Fit-T1 to Fit-T6 in Placement.swift, Fit-T7 in
Core+Fit.swift, Fit-T8 to Fit-T10 in FitTest.swift, Class-T1 in FreeLists.swift, Range-T1 and Range-T3 in AddressRange.swift, Range-T2 in Core+Allocate.swift, Merge-T1 in Tag.swift,
Split-T1 in Core+Allocate.swift. This script fails if one is named nowhere.
"""

import pathlib
import sys
import time

from z3 import (
    And, BitVec, BitVecVal, If, Implies, LShR, Not, Or, Solver, UGE, UGT, ULE, ULT, sat, unsat,
)

WIDTH = 32
ZERO, ONE, TOP = BitVecVal(0, WIDTH), BitVecVal(1, WIDTH), BitVecVal(2**WIDTH - 1, WIDTH)


def word(name):
    return BitVec(name, WIDTH)


def is_mask(m):
    """m is 2^k - 1 for some k from 0 to 32; 2^32 - 1 stands for "one line as long as the whole space"."""
    return (m & (m + 1)) == 0


# The inputs. Ranges are closed; lengths are carried as the count less one.
s, e = word("segmentFirst"), word("segmentLast")
size = word("countMinusOne")
mask = word("alignmentMinusOne")
phase = word("phase")
line = word("nocrossMinusOne")
low, high = word("requestFirst"), word("requestLast")
x = word("anyStart")

SEGMENT = And(ULE(s, e), is_mask(mask))


def lies_within(start, first, last):
    """start...start+size does not wrap and lies in first...last: the definition, free of tricks."""
    end = start + size
    return And(UGE(end, start), UGE(start, first), ULE(end, last))


def is_aligned(start):
    return ((start - phase) & mask) == 0


def crosses(start):
    """The region is cut by a multiple of 2^j, where line = 2^j - 1."""
    return ((start ^ (start + size)) & ~line) != 0


# --- The code, transcribed -------------------------------------------------------------------------------------


def lowest(first, last):
    """The lowest aligned place in first...last: (exists, start)."""
    offset = (phase - first) & mask
    room = last - first
    return And(ULE(first, last), ULE(offset, room), ULE(size, room - offset)), first + offset


def lowest_in_line(first, last):
    """The same with nocross: the first place, or else the first place of the next line, or else none."""
    exists, start = lowest(first, last)
    next_line = (start | line) + 1
    again_exists, again = lowest(next_line, last)
    moved = And(exists, crosses(start), (start | line) != TOP, again_exists, Not(crosses(again)))
    return Or(And(exists, Not(crosses(start))), moved), If(crosses(start), again, start)


def larger(a, b):
    return If(UGT(a, b), a, b)


def smaller(a, b):
    return If(ULT(a, b), a, b)


# --- The theorems ----------------------------------------------------------------------------------------------

THEOREMS = []


def theorem(name, says, given, claim, rival=None):
    THEOREMS.append((name, says, given, claim, rival))


exists, start = lowest(s, e)
# The form of two leading kernels: align up first, compare afterwards.
wrapped = ((s - phase + mask) & ~mask) + phase
theorem(
    "Fit-T1",
    "a place that is found lies in the segment, does not wrap and is aligned",
    [SEGMENT, exists],
    And(lies_within(start, s, e), is_aligned(start)),
    rival=([SEGMENT, ULE(wrapped, e), UGE(e - wrapped, size)], And(lies_within(wrapped, s, e), is_aligned(wrapped))),
)
theorem(
    "Fit-T2",
    "if any aligned place lies in the segment, one is found, and none is lower",
    [SEGMENT, lies_within(x, s, e), is_aligned(x)],
    And(exists, ULE(start, x)),
)

line_exists, line_start = lowest_in_line(s, e)
theorem(
    "Fit-T3",
    "with nocross: a place that is found lies in the segment, is aligned and in one line",
    [SEGMENT, is_mask(line), line_exists],
    And(lies_within(line_start, s, e), is_aligned(line_start), Not(crosses(line_start))),
)
theorem(
    "Fit-T4",
    "with nocross: if any place is possible, one of two candidates is, and no possible place is lower",
    [SEGMENT, is_mask(line), lies_within(x, s, e), is_aligned(x), Not(crosses(x))],
    And(line_exists, ULE(line_start, x)),
    rival=(  # looking at the first candidate only is not enough
        [SEGMENT, is_mask(line), lies_within(x, s, e), is_aligned(x), Not(crosses(x))],
        And(exists, Not(crosses(start))),
    ),
)

theorem(
    "Fit-T5",
    "clipping the segment to the request's bounds neither loses nor adds a place",
    [ULE(s, e), ULE(low, high)],
    And(lies_within(x, s, e), lies_within(x, low, high))
    == And(ULE(larger(s, low), smaller(e, high)), lies_within(x, larger(s, low), smaller(e, high))),
)

quantum = word("quantumMinusOne")
theorem(
    "Fit-T6",
    "rounding up to the quantum as `countMinusOne | (quantum - 1)` never wraps and is the least multiple",
    [is_mask(quantum), quantum != TOP],
    And(
        UGE(size | quantum, size),
        (((size | quantum) + 1) & quantum) == 0,
        ULE((size | quantum) - size, quantum),
    ),
    rival=(  # rounding the count itself loses the whole space
        [is_mask(quantum), quantum != TOP],
        UGE(((size + 1) + quantum) & ~quantum, size + 1),
    ),
)

# Placements are on quanta: first addresses and phases are multiples, sizes and masks end in ones.
padded = size + (mask & ~quantum)
theorem(
    "Fit-T7",
    "a segment larger than the size by alignment less quantum has an aligned place, wherever it lies",
    [
        SEGMENT, is_mask(quantum), (s & quantum) == 0, (phase & quantum) == 0, ULE(quantum, mask),
        UGE(padded, size), UGE(e - s, padded),
    ],
    exists,
    rival=(  # a segment of the size alone is not enough
        [SEGMENT, is_mask(quantum), (s & quantum) == 0, (phase & quantum) == 0, ULE(quantum, mask), UGE(e - s, size)],
        exists,
    ),
)

# The short way of a constrained request (`FitTest`): one sum, two comparisons, and what wraps is refused. What is within
# the segment and within the bounds is compared alike.
theorem(
    "Fit-T8",
    "a start lies within a range, with all that follows, exactly if its distance from the first address is at most what "
    "the range has to spare, whatever sum it came from",
    [ULE(low, high), UGE(high - low, size)],
    ULE(x - low, high - low - size) == lies_within(x, low, high),
    rival=([ULE(low, high), UGE(high - low, size)], ULE(x + size, high) == lies_within(x, low, high)),
)
f = word("either")
step = (phase - f) & mask
theorem(
    "Fit-T9",
    "the probe is aligned, and if any aligned start is not below the segment's and the bounds' first address, it is not "
    "below them either and not above that start: so it lies where that one lies",
    [is_mask(mask), is_aligned(x), UGE(x, f)],
    And(is_aligned(f + step), UGE(f + step, f), ULE(f + step, x)),
)

reach = high - low - size
base = larger(s, low)
probe = base + ((phase - base) & mask)
BOUNDED = And(SEGMENT, ULE(low, high), UGE(high - low, size), UGE(e - s, size))
accepted = And(ULE(probe - low, reach), ULE(probe - s, (e - s) - size))
theorem(
    "Fit-T10",
    "in a segment that begins in the bounds and is larger by alignment less quantum, the first comparison is enough",
    [
        BOUNDED, is_mask(quantum), (s & quantum) == 0, (phase & quantum) == 0, ULE(quantum, mask),
        UGE(padded, size), UGE(e - s, padded), UGE(s, low),
    ],
    ULE(probe - low, reach) == accepted,
    rival=(  # not in one of the size alone
        [BOUNDED, UGE(s, low)],
        ULE(probe - low, reach) == accepted,
    ),
)

# Classes by size: the four highest bits of the quanta, for sizes of 32 quanta and more.
old, new, highest, shift = word("smallerSize"), word("largerSize"), word("highestBit"), word("quantumShift")
LARGE = And(
    highest != 0, (highest & (highest - 1)) == 0, ULE(highest, old), ULT(old - highest, highest), ULE(old, new),
    ULE(shift, 26), UGE(LShR(highest, shift), 32),
)
same_class = ULT(LShR(old, shift) ^ LShR(new, shift), LShR(LShR(highest, shift), 3))
theorem(
    "Class-T1",
    "two sizes that differ in bits only that are below a sixteenth of the smaller are of one class",
    [LARGE, ULE(old ^ new, LShR(old, 4))],
    same_class,
    rival=([LARGE, ULE(old ^ new, LShR(old, 3))], same_class),
)

f, g = word("otherFirst"), word("otherLast")
theorem(
    "Range-T1",
    "two closed ranges overlap exactly if each begins no later than the other ends",
    [ULE(s, e), ULE(f, g)],
    And(ULE(s, g), ULE(f, e)) == And(ULE(larger(s, f), smaller(e, g))),
)
theorem(
    "Range-T2",
    "of an exact request from `first` on: `first <= last && count <= last - first` holds exactly if it lies within",
    [ULE(s, e), ULE(s, x)],
    And(ULE(x, e), ULE(size, e - x)) == lies_within(x, s, e),
    rival=([ULE(s, e), ULE(s, x), ULE(x + size, e)], lies_within(x, s, e)),  # compares an end that wrapped
)
theorem(
    "Range-T3",
    "a range given as first and count less one is sound exactly if the count does not pass the last address",
    [],
    ULE(size, TOP - s) == UGE(s + size, s),
)

theorem(
    "Merge-T1",
    "a segment ends where the next begins: `next.first - 1` is its last address and `next.first - first - 1` its count "
    "less one, also where the next begins at 0 behind the end of the space",
    [ULE(s, e), f == e + 1],
    And(f - 1 == e, (f - s) - 1 == e - s),
    rival=([ULE(s, e), f == e + 1], ULT(e, f)),  # that the next begins above does not hold at the top
)

theorem(
    "Split-T1",
    "the two ends that remain of a split segment, and the region, tile it",
    [SEGMENT, lies_within(x, s, e)],
    And(
        Implies(x != s, And(ULE(s, x - 1), ULT(x - 1, x))),
        Implies(x + size != e, And(ULE(x + size + 1, e), UGT(x + size + 1, x + size))),
        (If(x != s, (x - 1 - s) + 1, ZERO) + size + 1 + If(x + size != e, (e - (x + size + 1)) + 1, ZERO))
        == (e - s) + 1,
    ),
)


def refuted(given, claim):
    solver = Solver()
    solver.add(*given, Not(claim))
    answer = solver.check()
    return answer, solver.model() if answer == sat else None


def prove(name, says, given, claim, rival):
    """None if proved, else what went wrong."""
    vacuous = Solver()
    vacuous.add(*given)
    if vacuous.check() != sat:
        return "the hypotheses contradict each other"
    answer, model = refuted(given, claim)
    if answer != unsat:
        return f"refuted by {model}" if model is not None else "the solver gave up"
    if rival is not None:
        answer, model = refuted(*rival)
        if answer != sat:
            return "the rival form was not refuted, so the test proves nothing"
        print(f"# {name}: the usual form breaks with {witness(model)}")
    return None


def witness(model):
    names = sorted(model.decls(), key=lambda d: d.name())
    return ", ".join(f"{d.name()} = {model[d].as_long():#x}" for d in names)


def unnamed():
    """Theorems that no comment of the engine names."""
    engine = pathlib.Path(__file__).resolve().parents[2] / "Kernel" / "VMem"
    comments = "\n".join(
        text for path in sorted(engine.glob("*.swift")) for text in path.read_text().splitlines() if "//" in text
    )
    return [name for name, *_ in THEOREMS if f"Theorem {name}" not in comments]


def main():
    """Proves all theorems, or those whose names are given."""
    chosen = [theorem for theorem in THEOREMS if not sys.argv[1:] or theorem[0] in sys.argv[1:]]
    print("KTAP version 1")
    print(f"1..{len(chosen) + 1}")
    failures = 0
    for number, (name, says, *rest) in enumerate(chosen, 1):
        began = time.monotonic()
        problem = prove(name, says, *rest)
        seconds = time.monotonic() - began
        verdict = "ok" if problem is None else "not ok"
        print(f"{verdict} {number} {name}: {says} ({seconds:.1f} s)", flush=True)
        if problem is not None:
            failures += 1
            print(f"# {problem}")
    missing = unnamed()
    print(f"{'not ok' if missing else 'ok'} {len(chosen) + 1} each theorem is named next to its code")
    if missing:
        failures += 1
        print(f"# named nowhere in Kernel/VMem: {', '.join(missing)}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
