"""The tool `calculate`: exact decimal arithmetic over what `arithmetic_text` makes of the user's wording.

`simpleeval` walks the tree; every number is a `Decimal` of 200 digits with a bounded exponent (10^±300), so 0.1 + 0.2 is 0.3 and
9**9**9 ends at once. Logarithms and trigonometry are computed in floating point (about 15 digits).
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from decimal import (
    ROUND_HALF_UP,
    Context,
    Decimal,
    DecimalException,
    DivisionByZero,
    Inexact,
    InvalidOperation,
    Overflow,
    localcontext,
)
from typing import Annotated, Any

from tools.arithmetic_text import as_expression
from tools.base import ToolContext, ToolFailed, ToolResult, tool

_DIGITS = 200
_LONGEST = 2000


@tool(risk="read", timeout=10, pure=True)
def calculate(
    ctx: ToolContext,  # noqa: ARG001
    expression: Annotated[
        str, "the arithmetic, e.g. '17.5% of 2,340', '(1200 - 300) / 12', 'sqrt(2) * 5^2', '200 less 15%'"
    ],
) -> ToolResult:
    """Do arithmetic exactly: + - * / ** % // and brackets, percentages, and functions such as sqrt and round.

    Use it for every number that is computed rather than read. Understands thousands separators, currency signs, "x",
    "÷", "^", "% of", "plus 8%". Functions: sqrt, cbrt, round, abs, min, max, sum, avg, median, floor, ceil, log (natural,
    or log(x, base)), log10, log2, ln, exp, sin, cos, tan, asin, acos, atan, radians, degrees, factorial, gcd, lcm;
    constants pi and e.

    data: {"value": number, "expression": as computed, "shown": "0.175 * 2340 = 409.5"}.
    """
    if not expression.strip():
        raise ToolFailed("There is nothing to calculate: the expression is empty.")
    if len(expression) > _LONGEST:
        raise ToolFailed(f"The expression is too long ({len(expression):,} characters, {_LONGEST:,} at most).")
    tree = _parse(expression)
    value, exact = _evaluate(expression, tree)
    normal = ast.unparse(tree)
    short = show(value)
    # 2/3 * 90 is 60 but for the last of 200 digits; what floating point gave has few digits, and stays approximate.
    same = abs(Decimal(short) - value) <= abs(value) * Decimal("1e-100") and (
        exact or len(value.as_tuple().digits) > 15
    )
    if same:
        value = Decimal(short)
    shown = f"{normal} {'=' if same else '≈'} {short}"
    return ToolResult(shown, {"value": as_json(value), "expression": normal, "shown": shown})


def worth(text: str) -> Decimal:
    """What arithmetic comes to, written as the tool takes it. Raises ToolFailed."""
    return _evaluate(text, _parse(text))[0]


def show(value: Decimal) -> str:
    """For people: all its digits if there are few, else 12 of them or 10 decimals; an exponent only if very large or small."""
    if value == value.to_integral_value() and abs(value) < Decimal(10) ** 40:
        return f"{value.to_integral_value():f}"
    short = value
    if len(value.as_tuple().digits) > 15:
        short = round(value, 10) if 100 <= abs(value) < Decimal(10) ** 17 else Context(prec=12).create_decimal(value)
    if short and not -7 <= short.adjusted() <= 21:
        return f"{Context(prec=12).create_decimal(short).normalize():e}".replace("e+", "e")
    text = f"{short:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def as_json(value: Decimal) -> int | float:
    """An int where it is whole and fits 64 bits (checkpoints hold no larger one), else the nearest float."""
    if value == value.to_integral_value() and abs(value) < 2**63:
        return int(value)
    return float(value)


class _Number(Decimal):
    """A literal; its repr is the number itself, so that `ast.unparse` writes it as it stands."""

    def __repr__(self) -> str:
        return f"{self:f}"


class _Percentages(ast.NodeTransformer):
    """Literals to exact decimals and pct() to what it means: a part of what stands left of + or -, else a hundredth."""

    def __init__(self, text: str) -> None:
        self.text = text

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        if isinstance(node.value, bool) or not isinstance(node.value, int | float):
            raise ToolFailed("Only numbers can be calculated with.")
        literal = ast.get_source_segment(self.text, node) or repr(node.value)
        return _literal(literal.replace("_", ""))

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        part = _percent(node.right)
        if part is not None and isinstance(node.op, ast.Add | ast.Sub) and _percent(node.left) is None:
            rate = self.visit(part)
            return ast.BinOp(self.visit(node.left), ast.Mult(), _one_and(node.op, rate))
        return self.generic_visit(node)  # type: ignore[return-value]

    def visit_Call(self, node: ast.Call) -> ast.expr:
        part = _percent(node)
        return _hundredth(self.visit(part)) if part is not None else self.generic_visit(node)  # type: ignore[return-value]


def _percent(node: ast.expr) -> ast.expr | None:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "pct" and len(node.args) == 1:
        return node.args[0]
    return None


def _literal(value: Decimal | str | int) -> ast.Constant:
    return ast.Constant(_Number(value))  # type: ignore[arg-type]  # the tree may hold what its evaluator can add


def _hundredth(node: ast.expr) -> ast.expr:
    if isinstance(node, ast.Constant):
        return _literal(Decimal(str(node.value)) / 100)
    return ast.BinOp(node, ast.Div(), _literal(100))


def _one_and(sign: ast.operator, rate: ast.expr) -> ast.expr:
    part = _hundredth(rate)
    if isinstance(part, ast.Constant):
        change = Decimal(str(part.value))
        return _literal(1 + change if isinstance(sign, ast.Add) else 1 - change)
    return ast.BinOp(_literal(1), sign, part)


def _parse(text: str) -> ast.Expression:
    python = as_expression(text)
    try:
        tree = _Percentages(python).visit(ast.parse(python, mode="eval"))
        return ast.fix_missing_locations(tree)
    except (SyntaxError, ValueError, MemoryError, DecimalException) as e:
        raise ToolFailed(
            f"“{text.strip()}” is not arithmetic that I can read. Write it like (1200 - 300) / 12 or 17.5% of 2340."
        ) from e
    except RecursionError as e:
        raise ToolFailed("The expression has too many brackets inside each other.") from e


def _evaluate(text: str, tree: ast.Expression) -> tuple[Decimal, bool]:
    """The value, and whether it is exact. Foreign errors are translated here and nowhere else."""
    import simpleeval

    evaluator = simpleeval.SimpleEval(operators=_operators(), functions=_functions(), names=_constants())
    evaluator.nodes = {k: v for k, v in (evaluator.nodes or {}).items() if k in _NODES}
    try:
        with localcontext(
            Context(prec=_DIGITS, Emax=300, Emin=-300, traps=[DivisionByZero, InvalidOperation, Overflow])
        ) as c:
            value = evaluator.eval("calculate", previously_parsed=tree.body)
            if not isinstance(value, Decimal):
                raise ToolFailed("That is not a number.")
            if not value.is_finite():  # the logarithm of 0
                raise ToolFailed(f"“{text.strip()}” has no result among the real numbers.")
            return +value, not c.flags[Inexact]
    except (DivisionByZero, ZeroDivisionError) as e:
        raise ToolFailed(f"“{text.strip()}” divides by zero, which has no result.") from e
    except (Overflow, OverflowError, simpleeval.NumberTooHigh) as e:
        raise ToolFailed(f"The result of “{text.strip()}” is too large to be calculated.") from e
    except simpleeval.FunctionNotDefined as e:
        raise ToolFailed(
            f"I don't know the function “{e.func_name}”. Known are: {', '.join(sorted(_functions()))}."
        ) from e
    except simpleeval.NameNotDefined as e:
        raise ToolFailed(f"I don't know the value of “{e.name}”. Give it as a number.") from e
    except (simpleeval.InvalidExpression, InvalidOperation, ValueError, TypeError, KeyError) as e:
        if isinstance(e, InvalidOperation) and _zero_over_zero(e):
            raise ToolFailed(f"“{text.strip()}” divides by zero, which has no result.") from e
        raise ToolFailed(f"“{text.strip()}” has no result among the real numbers, or is not arithmetic.") from e
    except RecursionError as e:
        raise ToolFailed("The expression has too many brackets inside each other.") from e


def _zero_over_zero(e: InvalidOperation) -> bool:
    return any(
        getattr(c, "__name__", "") in ("DivisionUndefined", "DivisionImpossible") for c in (e.args[0] if e.args else [])
    )


_NODES = (ast.Constant, ast.BinOp, ast.UnaryOp, ast.Call, ast.Name, ast.Expression)


def _operators() -> dict[type[ast.AST], Callable[..., Any]]:
    import operator as op

    return {
        ast.Add: op.add, ast.Sub: op.sub, ast.Mult: op.mul, ast.Div: op.truediv, ast.Pow: _power,
        ast.Mod: lambda a, b: a - b * _floor_of_quotient(a, b), ast.FloorDiv: _floor_of_quotient, ast.USub: op.neg, ast.UAdd: op.pos,
    }  # fmt: skip


def _power(a: Decimal, b: Decimal) -> Decimal:
    if a == 0 and b < 0:
        raise DivisionByZero
    return Decimal(1) if b == 0 else a**b


def _floor(x: Decimal) -> Decimal:
    return x.to_integral_value(rounding="ROUND_FLOOR")


def _floor_of_quotient(a: Decimal, b: Decimal) -> Decimal:
    with localcontext():  # a rounded quotient on the way does not make the floor inexact
        return _floor(a / b)


def _round(x: Decimal, places: Decimal = Decimal(0)) -> Decimal:
    # Half away from zero, as taught in school and done by spreadsheets; Python's round() goes to even.
    with localcontext():  # rounding that was asked for is exact
        return x.quantize(Decimal(1).scaleb(-int(places)), rounding=ROUND_HALF_UP)


def _factorial(n: Decimal) -> Decimal:
    if n != n.to_integral_value() or n < 0:
        raise ToolFailed(f"A factorial needs a whole number from 0, not {show(n)}.")
    if n > 200:
        raise ToolFailed(f"The factorial of {show(n)} is too large to be calculated.")
    return +Decimal(math.factorial(int(n)))


def _floating(f: Callable[..., float]) -> Callable[..., Decimal]:
    def g(*xs: Decimal) -> Decimal:
        from decimal import getcontext

        getcontext().flags[Inexact] = True
        return Context(prec=15).create_decimal(f(*map(float, xs))).normalize()

    return g


def _median(*xs: Decimal) -> Decimal:
    ordered = sorted(xs)
    return (ordered[(len(xs) - 1) // 2] + ordered[len(xs) // 2]) / 2


def _functions() -> dict[str, Callable[..., Any]]:
    whole = lambda f: lambda *xs: Decimal(f(*(int(x) for x in xs)))  # noqa: E731
    return {
        "sqrt": lambda x: x.sqrt(), "cbrt": _floating(math.cbrt), "round": _round, "abs": abs,
        "min": min, "max": max, "sum": lambda *xs: sum(xs, Decimal(0)), "median": _median,
        "avg": lambda *xs: sum(xs, Decimal(0)) / len(xs), "average": lambda *xs: sum(xs, Decimal(0)) / len(xs),
        "mean": lambda *xs: sum(xs, Decimal(0)) / len(xs),
        "floor": _floor, "ceil": lambda x: -_floor(-x), "factorial": _factorial, "gcd": whole(math.gcd), "lcm": whole(math.lcm),
        "log": lambda x, base=None: x.ln() if base is None else _floating(math.log)(x, base),
        "ln": lambda x: x.ln(), "log10": lambda x: x.log10(), "log2": _floating(math.log2), "exp": lambda x: x.exp(),
        "sin": _floating(math.sin), "cos": _floating(math.cos), "tan": _floating(math.tan),
        "asin": _floating(math.asin), "acos": _floating(math.acos), "atan": _floating(math.atan),
        "radians": lambda x: x * _PI / 180, "degrees": _floating(math.degrees), "pct": lambda x: x / 100,
    }  # fmt: skip


_PI = Decimal("3.14159265358979323846264338327950288419716939937510")


def _constants() -> dict[str, Decimal]:
    return {"pi": _PI, "π": _PI, "e": Decimal("2.71828182845904523536028747135266249775724709369995"), "tau": 2 * _PI}
