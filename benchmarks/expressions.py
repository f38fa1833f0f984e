"""Right and wrong answers to the auto-encoder, as students spell them."""

from __future__ import annotations

__all__ = ["RIGHT", "WRONG"]

RIGHT = {
    "grad_xp": ("-2*(x-xp)", "2(x'-x)", "-2(x - x')", "2*xp - 2*x"),
    "grad_W2": (
        "h @ (grad_xp*xp*(1-xp)).T",
        "-2*h@((x-xp)*xp*(1-xp)).T",
        "-2 h ((x - x') * x' * (1 - x'))^T",
        "outer(h, -2*(x-xp)*xp*(1-xp))",
    ),
    "grad_h": (
        "W2 @ (grad_xp*xp*(1-xp))",
        "-2*W2@((x-xp)*xp*(1-xp))",
        "W2 (diag(xp*(1-xp)) @ grad_xp)",
    ),
    "grad_W1": (
        "x @ (grad_h*(h>0)).T",
        "x (grad_h * (h > 0))^T",
        "-2*x@((W2@((x-xp)*xp*(1-xp)))*(W1.T@x+b1>0)).T",
    ),
}

WRONG = {
    "grad_xp": ("2*(x-xp)", "-(x-xp)", "-2*(x-xp)/N"),
    "grad_W2": ("ones(M,1) @ (grad_xp*xp*(1-xp)).T", "h @ grad_xp.T", "h @ (2*(x-xp)*xp*(1-xp)).T"),
    "grad_h": ("W2 @ grad_xp", "-W2@((x-xp)*xp*(1-xp))"),
    "grad_W1": ("x @ grad_h.T", "ones(N,1) @ (grad_h*(h>0)).T", "-x @ (grad_h*(h>0)).T"),
}
