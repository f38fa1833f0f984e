"""Right answers in LaTeX."""

import numpy as np
from spelling_rows import spelt

LATEX = (
    *spelt(
        "autoencoder.grad_xp",
        lambda v: 2 * (v.xp - v.x),
        latex=(
            r"2\,(x' - x)",
            r"-2\left(x - x'\right)",
            r"$\frac{\partial J}{\partial x'} = -2(x - x')$",
            r"\nabla_{x'} J = 2 (x' - x).",
            r"\frac{\partial J}{\partial \hat{x}} = 2\,(\hat{x} - x)",
            r"\[ \frac{\partial J}{\partial x^{\prime}} = 2 \left( x^{\prime} - x \right) \]",
            r"$$-2(\mathbf{x} - \mathbf{x}')$$",
            r"\frac{\partial \mathcal{L}}{\partial \mathbf{x}'} = 2(\mathbf{x}' - \mathbf{x})",
            r"\boxed{\frac{\partial J}{\partial x'} = 2(x' - x)}",
            r"\dfrac{\partial J}{\partial x'}=-2\cdot(x-x')",
            r"\frac{dJ}{d\hat x} = 2\hat x - 2x",
            (
                r"\begin{equation} \nabla_{\hat{\mathbf{x}}} J = 2(\hat{\mathbf{x}} - \mathbf{x}) "
                r"\end{equation}"
            ),
            r"2\bigl(\sigma(W_2^T h + b_2) - x\bigr)",
            r"2\left(\frac{1}{1+e^{-z_2}} - x\right)",
            r"2\left(\sigma\left(W_2^\top \max(0, W_1^\top x + b_1) + b_2\right) - x\right)",
            r"2 \bigg( \frac{1}{1 + \exp(-(W_2^{T} h + b_2))} - x \bigg)",
        ),
    ),
    *spelt(
        "autoencoder.grad_z2",
        lambda v: 2 * (v.xp - v.x) * v.xp * (1 - v.xp),
        latex=(
            r"2(x' - x) \odot x' \odot (1 - x')",
            r"-2\left(x-x'\right)\circ x' \circ \left(1-x'\right)",
            r"\frac{\partial J}{\partial z_2} = 2(x'-x)\odot\sigma'(z_2)",
            (
                r"\frac{\partial J}{\partial z_2} = \frac{\partial J}{\partial x'} \odot x' "
                r"\odot (1-x')"
            ),
            r"\nabla_{z_2} J = 2 (\hat{x} - x) \odot \hat{x} \odot (1 - \hat{x})",
            r"2\,\mathrm{diag}\big(x' \odot (1-x')\big)\,(x'-x)",
            r"\operatorname{diag}\left(\sigma'(z_2)\right) \nabla_{x'} J",
            r"-2(x-x')\,\sigma(z_2)\,(1-\sigma(z_2))",
            r"2 \left(x' - x\right) \odot \sigma(z_2) \odot \left(\mathbf{1} - \sigma(z_2)\right)",
            r"\frac{2 (x' - x) e^{-z_2}}{(1 + e^{-z_2})^2}",
            r"-2 (x - x') * x' * (1 - x')",
            r"2 (x' - x) \times x' \times (1 - x')",
            r"2 (x^{\prime}-x) \odot x^{\prime} \odot (1-x^{\prime}),",
            (
                r"2\left(\mathbf{x}' - \mathbf{x}\right) \odot \mathbf{x}' \odot "
                r"\left(\mathbf{1} - \mathbf{x}'\right)"
            ),
        ),
    ),
    *spelt(
        "autoencoder.grad_W2",
        lambda v: v.h @ (2 * (v.xp - v.x) * v.xp * (1 - v.xp)).T,
        latex=(
            r"2h\left((x'-x)\odot x'\odot(1-x')\right)^T",
            r"-2 h \left[ (x - x') \odot x' \odot (1 - x') \right]^{\top}",
            (
                r"\frac{\partial J}{\partial W_2} = h \left( \frac{\partial J}{\partial z_2} "
                r"\right)^T"
            ),
            r"\frac{\partial J}{\partial W_2} = h\,\frac{\partial J}{\partial z_2}^T",
            r"\nabla_{W_2} J = h (\nabla_{z_2} J)^{\mathsf T}",
            r"\nabla_{W_2} J = -2\, h \bigl( (x-\hat x)\odot \hat x \odot(1-\hat x) \bigr)^\top",
            (
                r"\frac{\partial J}{\partial \mathbf{W}_2} = \mathbf{h} \left[ 2 (\mathbf{x}' - "
                r"\mathbf{x}) \odot \mathbf{x}' \odot (1 - \mathbf{x}') \right]^\mathsf{T}"
            ),
            (
                r"\boldsymbol{h} \left( 2 (\boldsymbol{x}' - \boldsymbol{x}) \odot \boldsymbol{x}' "
                r"\odot (\boldsymbol{1} - \boldsymbol{x}') \right)^T"
            ),
            (
                r"\frac{\partial L}{\partial W^{(2)}} = h \Big[ 2(x'-x) \odot \sigma'(z^{(2)}) "
                r"\Big]^T"
            ),
            r"\boxed{\nabla_{W_2}J = 2h\left[(x'-x)\odot x'\odot(1-x')\right]^T}",
            (
                r"\begin{align} \frac{\partial J}{\partial W_2} &= h \cdot "
                r"\left(\frac{\partial J}{\partial z_2}\right)^T \\ &= 2h\left((x'-x)\odot x' "
                r"\odot "
                r"(1-x')\right)^T \end{align}"
            ),
            (
                r"\begin{aligned} \nabla_{W_2} J &= h\,(\nabla_{z_2} J)^T \\ &= -2h\,((x-x') \odot "
                r"\sigma'(z_2))^T. \end{aligned}"
            ),
            r"2 h (x'-x)^T \mathrm{diag}(x' \odot (1-x'))",
            r"\frac{\partial J}{\partial w_2} = h \cdot [2(x'-x) \odot x' \odot (1-x')]^t",
            r"\text{ReLU}(W_1^T x + b_1) \left(2 (x'-x)\odot x'\odot(1-x')\right)^T",
            r"\left( 2 (x' - x) \odot x' \odot (1 - x') \, h^T \right)^T",
            r"h \left\{ -2 (x - x') \odot (x' - x'^2) \right\}^{T}",
            (
                r"\max(0, W_1^{\top} x + b_1) \big(2(x'-x) \odot x' \odot (1-x')\big)^{\top} \in "
                r"\mathbb{R}^{M \times N}"
            ),
            (
                r"\frac{\partial J}{\partial W_2} = -2 h \left( (x - \sigma(W_2^T h + b_2)) \odot "
                r"\sigma(W_2^T h + b_2) \odot (1 - \sigma(W_2^T h + b_2)) \right)^T"
            ),
        ),
    ),
    *spelt(
        "autoencoder.grad_b2",
        lambda v: 2 * (v.xp - v.x) * v.xp * (1 - v.xp),
        latex=(
            r"\frac{\partial J}{\partial b_2} = \frac{\partial J}{\partial z_2}",
            r"\nabla_{b_2} J = 2(x'-x) \odot x' \odot (1-x') \quad",
            r"\frac{\partial J}{\partial b_2} = -2 (x - x') \odot \sigma'(W_2^T h + b_2)",
        ),
    ),
    *spelt(
        "autoencoder.grad_h",
        lambda v: v.W2 @ (2 * (v.xp - v.x) * v.xp * (1 - v.xp)),
        latex=(
            r"\frac{\partial J}{\partial h} = W_2 \frac{\partial J}{\partial z_2}",
            r"W_2 \left( 2(x'-x) \odot x' \odot (1-x') \right)",
            r"\nabla_h J = W_2 \nabla_{z_2} J",
            (
                r"\mathbf{W}_2 \cdot \left[ -2(\mathbf{x} - \mathbf{x}') \odot \mathbf{x}' \odot "
                r"(1-\mathbf{x}') \right]"
            ),
            r"2 W_2\, \mathrm{diag}\{x' \odot (1-x')\} (x' - x)",
            r"2\,W_2\,\bigl[(\hat{x}-x)\odot\hat{x}\odot(1-\hat{x})\bigr]",
            r"\left( \left( \frac{\partial J}{\partial z_2} \right)^T W_2^T \right)^T",
            (
                r"\begin{align*}\frac{\partial J}{\partial h} &= W_2 \frac{\partial J}{\partial "
                r"z_2} "
                r"\\ &= 2 W_2 \left((x'-x) \odot \sigma'(z_2)\right)\end{align*}"
            ),
        ),
    ),
    *spelt(
        "autoencoder.grad_z1",
        lambda v: (v.W2 @ (2 * (v.xp - v.x) * v.xp * (1 - v.xp))) * (v.z1 > 0),
        latex=(
            (
                r"\frac{\partial J}{\partial z_1} = \frac{\partial J}{\partial h} \odot "
                r"\mathbb{1}[z_1 > 0]"
            ),
            r"\nabla_{z_1} J = (W_2 \nabla_{z_2} J) \odot \mathbf{1}_{\{h > 0\}}",
            r"\nabla_h J \odot \mathbb{1}_{z_1 > 0}",
            (
                r"\left[W_2 \left(2(x'-x) \odot x' \odot (1-x')\right)\right] \odot "
                r"\mathrm{ReLU}'(z_1)"
            ),
            r"\frac{\partial J}{\partial h} \circ \mathbb{I}(z_1 > 0)",
            (
                r"\frac{\partial J}{\partial h} \odot \begin{cases} 1 & z_1 > 0 \\ 0 & z_1 \le 0 "
                r"\end{cases}"
            ),
            (
                r"\begin{cases} \frac{\partial J}{\partial h} & \text{if } z_1 > 0 \\ 0 & "
                r"\text{otherwise} \end{cases}"
            ),
            (
                r"\operatorname{diag}(\mathbb{1}[h>0])\, W_2 \left(2(x'-x) \odot x' \odot "
                r"(1-x')\right)"
            ),
        ),
    ),
    *spelt(
        "autoencoder.grad_W1",
        lambda v: v.x @ ((v.W2 @ (2 * (v.xp - v.x) * v.xp * (1 - v.xp))) * (v.z1 > 0)).T,
        latex=(
            (
                r"x \left[ \left( W_2 \left( 2(x'-x)\odot x'\odot(1-x') \right) \right) \odot "
                r"\mathbb{1}[h > 0] \right]^T"
            ),
            (
                r"\frac{\partial J}{\partial W_1} = x \left( \frac{\partial J}{\partial z_1} "
                r"\right)^\top"
            ),
            r"\nabla_{W_1} J = x\,(\nabla_{z_1} J)^{T}",
            r"x \left( \nabla_h J \odot \mathrm{ReLU}'(z_1) \right)^T",
            r"-2x\Big[ W_2\big((x-x')\odot x'\odot(1-x')\big) \odot \mathbf{1}(z_1>0) \Big]^T",
            (
                r"\mathbf{x} \left( \left( \mathbf{W}_2 \frac{\partial J}{\partial \mathbf{z}_2} "
                r"\right) \odot \mathbb{1}_{\mathbf{z}_1 > 0} \right)^{\top}"
            ),
            (
                r"2 x (x'-x)^T \mathrm{diag}(x'\odot(1-x'))\, W_2^T\, \mathrm{diag}"
                r"(\mathbb{1}[z_1>0])"
            ),
            (
                r"\frac{\partial J}{\partial w_1} = x \left( \left( w_2 \cdot 2(x'-x) \odot x' "
                r"\odot "
                r"(1-x') \right) \odot \text{ReLU}'(w_1^t x + b_1) \right)^t"
            ),
            (
                r"\[ \nabla_{W_1} J = x \left( \left( W_2 \, \nabla_{z_2} J \right) \odot "
                r"\operatorname{ReLU}'(z_1) \right)^{\mathsf{T}} \]"
            ),
            (
                r"\begin{align*} \nabla_{W_1} J &= x (\nabla_{z_1} J)^T \\ &= x \left( "
                r"(W_2 \nabla_{z_2} J) \odot \mathbb{1}[z_1 > 0] \right)^T \end{align*}"
            ),
            (
                r"\frac{\partial J}{\partial W_1} = x \left[ \mathbb{I}\{h>0\} \odot W_2 \left( 2 "
                r"(x'-x) \odot \sigma'(z_2) \right) \right]^T."
            ),
        ),
    ),
    *spelt(
        "autoencoder.grad_b1",
        lambda v: (v.W2 @ (2 * (v.xp - v.x) * v.xp * (1 - v.xp))) * (v.z1 > 0),
        latex=(
            (
                r"\frac{\partial J}{\partial b_1} = \frac{\partial J}{\partial h} \odot "
                r"\mathrm{ReLU}'(z_1)"
            ),
            r"\left( W_2 \frac{\partial J}{\partial z_2} \right) \odot \mathbb{1}\{z_1 > 0\}",
        ),
    ),
    *spelt(
        "gan.grad_p",
        lambda v: 1 / v.p,
        latex=(r"\frac{1}{p}", r"\frac{\partial \log p}{\partial p} = \frac{1}{p}", "$1/p$"),
    ),
    *spelt("gan.grad_p", lambda v: -1 / v.p, latex=(r"\frac{\partial L}{\partial p} = -\frac1p",)),
    *spelt(
        "gan.grad_m",
        lambda v: 1 - v.p,
        latex=(
            r"\frac{1}{p} \cdot p (1-p)",
            r"1 - \sigma(m)",
            r"\frac{e^{-m}}{1+e^{-m}}",
            r"1 - \frac{1}{1 + e^{-m}}",
        ),
    ),
    *spelt(
        "gan.grad_H2",
        lambda v: (1 - v.p) * v.w2,
        latex=(
            r"(1-p)\,w_2",
            r"\frac{\partial \log p}{\partial \mathbf{H}_2} = (1-p)\,\mathbf{w}_2",
            r"\left(1 - \sigma(w_2^T H_2 + b_2)\right) w_2",
            r"\frac{1}{p}\, p\,(1-p)\, w_2",
        ),
    ),
    *spelt(
        "gan.grad_H2",
        lambda v: (v.p - 1) * v.w2,
        latex=(r"\nabla_{H_2} (-\log p) = -(1-p)\, w_2",),
    ),
    *spelt("gan.grad_w2", lambda v: (1 - v.p) * v.H2, latex=(r"(1-p)\,\mathbf{H}_2",)),
    *spelt(
        "gan.grad_w0",
        lambda v: np.outer(v.grad_h0 * (v.h0 > 0), v.z),
        latex=(
            (
                r"\frac{\partial J}{\partial w_0} = \left( \frac{\partial J}{\partial h_0} \odot "
                r"\mathbb{1}[h_0 > 0] \right) z^T"
            ),
            r"\nabla_{w_0} J = (\nabla_{h_0} J \odot \mathrm{ReLU}'(w_0 z + b_0))\, z^\top",
        ),
    ),
    *spelt(
        "gan.grad_b0",
        lambda v: v.grad_h0 * (v.h0 > 0),
        latex=(r"\nabla_{h_0} J \odot \mathbb{1}_{h_0 > 0}",),
    ),
    *spelt(
        "gan.grad_b1",
        lambda v: v.grad_h2 * (v.h2 > 0),
        latex=(r"\frac{\partial J}{\partial h_2} \odot \mathbb{1}[h_2 > 0]",),
    ),
)
