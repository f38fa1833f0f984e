"""Wrong answers near the right ones: the gradients of the GAN."""

import numpy as np
from spelling_rows import spelt

MAXIMISED = {"objective": "maximize_log_p"}
MINIMISED = {"objective": "minimize_nll"}

DISCRIMINATOR = (
    *spelt(
        "gan.grad_p",
        lambda v: 1 / (1 - v.p),
        "wrong_label",
        ascii=("1/(1-p)",),
        unicode=("∂J/∂p = 1/(1 − p)",),
        latex=(r"\frac{1}{1-p}",),
    ),
    *spelt(
        "gan.grad_p",
        lambda v: -1 / (1 - v.p),
        "wrong_label",
        ascii=("-1/(1-p)",),
        latex=(r"\frac{\partial}{\partial p}\log(1-p) = -\frac{1}{1-p}",),
    ),
    *spelt(
        "gan.grad_p",
        lambda v: -1 / v.p,
        "sign_error",
        MAXIMISED,
        ascii=("-1/p",),
        latex=(r"-\frac{1}{p}",),
    ),
    *spelt("gan.grad_p", lambda v: 1 / v.p, "sign_error", MINIMISED, unicode=("∂J/∂p = 1/p",)),
    *spelt("gan.grad_p", lambda v: v.p, ascii=("p",)),
    *spelt("gan.grad_p", lambda v: np.log(v.p), functions=("log(p)",), latex=(r"\log p",)),
    *spelt("gan.grad_p", lambda v: 1 / np.log(v.p), functions=("1/log(p)",)),
    *spelt("gan.grad_p", lambda v: 1 / v.p**2, ascii=("1/p^2",), latex=(r"\frac{1}{p^2}",)),
    *spelt("gan.grad_p", lambda v: 1 / v.p - 1 / (1 - v.p), ascii=("1/p - 1/(1-p)",)),
    *spelt(
        "gan.grad_m",
        lambda v: -v.p,
        "wrong_label",
        ascii=("-p",),
        functions=("-sigmoid(m)",),
    ),
    *spelt(
        "gan.grad_m",
        lambda v: v.p * (1 - v.p),
        ascii=("p(1-p)", "p*(1-p)"),
        unicode=("∂J/∂m = σ′(m)",),
        latex=(r"\sigma(m)(1-\sigma(m))",),
    ),
    *spelt(
        "gan.grad_m",
        lambda v: 1 / v.p,
        "sigmoid_derivative_omitted",
        ascii=("1/p",),
        latex=(r"\frac{\partial J}{\partial m} = \frac{1}{p}",),
    ),
    *spelt(
        "gan.grad_m",
        lambda v: v.p - 1,
        "sign_error",
        MAXIMISED,
        ascii=("p - 1",),
        unicode=("∂J/∂m = −(1 − p)",),
        chain=("dJ/dm = dJ/dp dp/dm = -1/p * p (1 - p) = p - 1",),
    ),
    *spelt("gan.grad_m", lambda v: 1 + v.p, ascii=("1 + p",)),
    *spelt("gan.grad_m", lambda v: (1 - v.p) ** 2, latex=(r"(1-p)^2",)),
    *spelt(
        "gan.grad_m",
        lambda v: (1 - v.p) / v.p,
        ascii=("(1-p)/p",),
        latex=(r"\frac{1-p}{p}",),
    ),
    *spelt("gan.grad_m", lambda v: 1 / v.p * v.p - v.p**2, ascii=("1/p*p - p*p",)),
    *spelt(
        "gan.grad_H2",
        lambda v: -v.p * v.w2,
        "wrong_label",
        ascii=("-p*w2",),
        latex=(r"-p\,w_2",),
    ),
    *spelt(
        "gan.grad_H2",
        lambda v: (v.p - 1) * v.w2,
        "sign_error",
        MAXIMISED,
        ascii=("(p-1)*w2",),
        latex=(r"-(1-p)\,\mathbf{w}_2",),
    ),
    *spelt(
        "gan.grad_H2",
        lambda v: (1 - v.p) * v.w2,
        "sign_error",
        MINIMISED,
        unicode=("(1 − p) w₂",),
    ),
    *spelt(
        "gan.grad_H2",
        lambda v: v.w2 / v.p,
        "sigmoid_derivative_omitted",
        ascii=("w2/p",),
        latex=(r"\frac{1}{p} w_2", r"\frac{w_2}{p}"),
    ),
    *spelt(
        "gan.grad_H2",
        lambda v: v.p * (1 - v.p) * v.w2,
        ascii=("p*(1-p)*w2",),
        unicode=("σ′(m) w₂",),
        latex=(r"p(1-p)\,w_2",),
    ),
    *spelt("gan.grad_H2", lambda v: v.w2, ascii=("w2",)),
    *spelt("gan.grad_H2", lambda v: (1 - v.p) * v.H2, ascii=("(1-p)*H2",)),
    *spelt("gan.grad_H2", lambda v: 1 - v.p * v.w2, ascii=("1 - p*w2",), latex=(r"1 - p\,w_2",)),
    *spelt("gan.grad_H2", lambda v: (1 + v.p) * v.w2, unicode=("(1 + p)·w₂",)),
    *spelt(
        "gan.grad_H2",
        lambda v: (1 - v.p) * (v.w2 + v.b2),
        ascii=("(1-p)*(w2 + b2)",),
    ),
    *spelt(
        "gan.grad_H2",
        lambda v: (1 - v.p) * v.w2 @ v.H2,
        "shape_mismatch",
        numpy=("(1-p)*np.dot(w2, H2)",),
        latex=(r"(1-p)\,w_2^T H_2",),
    ),
    *spelt(
        "gan.grad_w2",
        lambda v: (1 - v.p) * v.w2,
        ascii=("(1-p)*w2",),
        latex=(r"\nabla_{w_2} J = (1-p)\,w_2",),
    ),
    *spelt("gan.grad_w2", lambda v: v.p * (1 - v.p) * v.H2, ascii=("p(1-p)*H2",)),
    *spelt(
        "gan.grad_w2",
        lambda v: v.H2 / v.p,
        "sigmoid_derivative_omitted",
        latex=(r"\frac{1}{p}\mathbf{H}_2",),
    ),
    *spelt("gan.grad_w2", lambda v: -v.p * v.H2, "wrong_label", unicode=("−p H₂",)),
    *spelt(
        "gan.grad_w2",
        lambda v: (1 - v.p) * np.ones(16),
        "input_factor_omitted",
        numpy=("(1-p)*np.ones(16)",),
    ),
    *spelt("gan.grad_b2", lambda v: (1 - v.p) * v.b2, ascii=("(1-p)*b2",)),
    *spelt("gan.grad_b2", lambda v: v.p * (1 - v.p), unicode=("∇b₂ = p(1 − p)",)),
)

GENERATOR = (
    *spelt(
        "gan.grad_b1",
        lambda v: v.grad_h2,
        "relu_mask_omitted",
        ascii=("grad_h2",),
        latex=(r"\frac{\partial J}{\partial b_1} = \frac{\partial J}{\partial h_2}",),
    ),
    *spelt("gan.grad_b1", lambda v: v.grad_h2 * v.h2, ascii=("grad_h2 * h2",)),
    *spelt(
        "gan.grad_b0",
        lambda v: v.grad_h0,
        "relu_mask_omitted",
        ascii=("grad_h0",),
        unicode=("∇b₀ = ∇h₀",),
    ),
    *spelt(
        "gan.grad_b0",
        lambda v: v.grad_h0 * v.h0,
        ascii=("grad_h0 * h0",),
        functions=("grad_h0 * relu(w0 z + b0)",),
    ),
    *spelt("gan.grad_b0", lambda v: v.grad_h0 * (v.grad_h0 > 0), functions=("relu(grad_h0)",)),
    *spelt(
        "gan.grad_w0",
        lambda v: np.outer(v.grad_h0, v.z),
        "relu_mask_omitted",
        numpy=("np.outer(grad_h0, z)",),
        unicode=("∇h₀ zᵀ",),
        latex=(r"\frac{\partial J}{\partial h_0}\, z^T",),
    ),
    *spelt(
        "gan.grad_w0",
        lambda v: np.outer(v.grad_h0 * v.h0, v.z),
        ascii=("(grad_h0 * h0) z^T",),
    ),
    *spelt(
        "gan.grad_w0",
        lambda v: -np.outer(v.grad_h0 * (v.h0 > 0), v.z),
        numpy=("-np.outer(grad_h0*(h0>0), z)",),
        latex=(r"-\left(\nabla_{h_0} J \odot \mathbb{1}[h_0>0]\right) z^\top",),
    ),
    *spelt(
        "gan.grad_w0",
        lambda v: np.outer(v.h0 > 0, v.z) * 1.0,
        functions=("outer(h0 > 0, z)",),
    ),
    *spelt(
        "gan.grad_w0",
        lambda v: np.outer(v.grad_h0 * (v.h0 > 0), v.z**2),
        latex=(r"\left(\nabla_{h_0} J \odot \mathbb{1}[h_0>0]\right) (z^2)^T",),
    ),
    *spelt(
        "gan.grad_w0",
        lambda v: np.outer(v.grad_h0 * (v.h0 > 0), np.ones(2)),
        "input_factor_omitted",
        numpy=("np.outer(grad_h0*(h0>0), np.ones(2))",),
    ),
)

GAN = (*DISCRIMINATOR, *GENERATOR)
