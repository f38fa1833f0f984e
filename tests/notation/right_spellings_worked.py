"""Right answers that are worked: chains of equalities, definitions, other letters."""

import numpy as np
from spelling_rows import spelt

WORKED = (
    *spelt(
        "autoencoder.grad_xp",
        lambda v: 2 * (v.xp - v.x),
        chain=(
            (
                r"\frac{\partial J}{\partial x'} = \frac{\partial}{\partial x'} \sum_j (x_j - "
                r"x'_j)^2 "
                r"= -2 (x - x')"
            ),
            "dJ/dx' = d/dx' (x - x')^2 = 2(x - x')(-1) = -2(x - x')",
            "∇x' = −2(x − x′) = 2(x′ − x)",
        ),
        definitions=(
            "e = x - xp\ngrad_xp = -2*e",
            "2e, where e = x' - x",
            r"\text{Let } r = x - x'. \text{ Then } \nabla_{x'} J = -2r",
        ),
        letters=(
            "let y = x'; 2(y - x)",
            "2(y - x) where y = σ(W2ᵀ h + b2)",
            r"2(\tilde{x} - x), \text{ where } \tilde{x} = x'",
            "y = sigmoid(z2)\ndJ/dy = -2*(x - y)",
            "x̂ = x'\n∂J/∂x̂ = 2(x̂ − x)",
            (
                r"\hat{y} = \sigma(W_2^T h + b_2), \quad \frac{\partial J}{\partial \hat{y}} = "
                r"2(\hat{y} - x)"
            ),
        ),
    ),
    *spelt(
        "autoencoder.grad_z2",
        lambda v: 2 * (v.xp - v.x) * v.xp * (1 - v.xp),
        chain=(
            "dJ/dz2 = dJ/dxp * dxp/dz2 = 2*(xp - x)*xp*(1 - xp)",
            (
                r"\frac{\partial J}{\partial z_2} = \frac{\partial J}{\partial x'} "
                r"\frac{\partial x'}"
                r"{\partial z_2} = 2(x'-x) \odot x' \odot (1-x')"
            ),
            "∂J/∂z₂ = ∂J/∂x′ ⊙ σ′(z₂) = −2(x − x′) ⊙ x′ ⊙ (1 − x′)",
        ),
        definitions=(
            "s = xp*(1-xp)\ng = 2*(xp - x)\ngrad_z2 = g*s",
            (
                r"D = \mathrm{diag}(x' \odot (1-x')), \quad \frac{\partial J}{\partial z_2} = "
                r"2 D (x'-x)"
            ),
            "2(x'-x) .* S with S = x' .* (1-x')",
            "σ'(z) = σ(z)(1 − σ(z)); ∂J/∂z₂ = 2(x′ − x) ⊙ σ'(z₂)",
        ),
        letters=(
            "2(y - x) y (1 - y), y = x'",
            "let y = \\sigma(W_2^T h + b_2). Then \\delta = 2(y - x) \\odot y \\odot (1 - y)",
            "with a2 = sigmoid(z2): 2*(a2 - x)*a2*(1 - a2)",
            r"2 (\hat y - x) \odot \hat y \odot (1 - \hat y) \text{ where } \hat y = x'",
        ),
    ),
    *spelt(
        "autoencoder.grad_W2",
        lambda v: v.h @ (2 * (v.xp - v.x) * v.xp * (1 - v.xp)).T,
        chain=(
            "∂J/∂W2 = ∂J/∂z2 ∂z2/∂W2 = h δ^T where δ = 2(x'-x) ⊙ x' ⊙ (1-x')",
            "dJ/dW2 = dJ/dxp * dxp/dz2 * dz2/dW2 = h @ (2*(xp-x)*xp*(1-xp)).T",
            (
                r"\frac{\partial J}{\partial W_2} = \frac{\partial J}{\partial x'} "
                r"\frac{\partial x'}{\partial z_2} \frac{\partial z_2}{\partial W_2} = "
                r"h \left( 2(x'-x)\odot x' \odot (1-x') \right)^T"
            ),
            (
                r"\nabla_{W_2} J = \frac{\partial z_2}{\partial W_2} \frac{\partial J}{\partial "
                r"z_2} "
                r"= h \left(\frac{\partial J}{\partial z_2}\right)^T = -2 h \left( (x - x') "
                r"\odot x' "
                r"\odot (1 - x') \right)^T"
            ),
            (
                r"\begin{align*} \frac{\partial J}{\partial W_2} &= \frac{\partial J}{\partial "
                r"z_2} "
                r"\frac{\partial z_2}{\partial W_2} \\ &= h\,(\nabla_{z_2}J)^T \\ &= 2h\,((x'-x)"
                r"\odot x'\odot(1-x'))^T. \end{align*}"
            ),
            "grad_W2 = h @ grad_z2.T = h @ (grad_xp * xp * (1 - xp)).T",
            "∇W₂ = h(∇z₂)ᵀ = 2h((x′ − x) ⊙ x′ ⊙ (1 − x′))ᵀ",
            "dJ/dW2 = h (dJ/dz2)^T\n       = h (2(x'-x) * x' * (1-x'))^T",
        ),
        definitions=(
            "delta = 2*(xp - x)*xp*(1 - xp)\ngrad_W2 = h @ delta.T",
            "let δ = 2(x′ − x) ⊙ x′ ⊙ (1 − x′); ∇W₂ = h δᵀ",
            "h δ^T, where δ = -2 (x - x') ⊙ x' ⊙ (1 - x')",
            (
                r"\delta_2 = \frac{\partial J}{\partial z_2} = 2(x'-x)\odot\sigma'(z_2), \quad "
                r"\frac{\partial J}{\partial W_2} = h\,\delta_2^T"
            ),
            (
                r"Let $\delta = 2(x' - x) \odot x' \odot (1 - x')$. Then $\nabla_{W_2} J = "
                r"h \delta^\top$."
            ),
            "d2 = 2*(xp-x).*xp.*(1-xp);\ndW2 = h*d2';",
            (
                "z2 = W2.T @ h + b2\nxp = sigmoid(z2)\nd = 2*(xp - x)*xp*(1 - xp)\ndW2 = "
                "np.outer(h, d)"
            ),
            "δ₂ = ∂J/∂z₂\n∂J/∂W₂ = h δ₂ᵀ",
            (
                r"\frac{\partial J}{\partial W_2} = h \delta^T \quad \text{where } \delta = "
                r"2(x'-x) "
                r"\odot x' \odot (1-x')"
            ),
            "e = x' - x\ns = x' (1 - x')\nh (2 e * s)^T",
            (
                r"\delta^{(2)} = -2(x-x') \odot x' \odot (1-x') \\ \nabla_{W^{(2)}} J = h "
                r"(\delta^{(2)})^T"
            ),
            (
                r"\nabla_{W_2} J = 2 h e^T D, \quad e = x' - x, \quad D = \mathrm{diag}(x' \odot "
                r"(1-x'))"
            ),
        ),
        letters=(
            "2 h ((y - x) * y * (1 - y))^T, where y = x'",
            "y = sigmoid(W2.T @ h + b2)\nh @ (2*(y-x)*y*(1-y)).T",
            (
                r"\text{Let } y = \sigma(W_2^T h + b_2). \ \nabla_{W_2} J = 2h\left((y-x)\odot y "
                r"\odot(1-y)\right)^T"
            ),
            "a = relu(W1^T x + b1)\n-2 a ((x - x') ⊙ x' ⊙ (1 - x'))ᵀ",
            "2*a1*((a2-x).*a2.*(1-a2))' where a1 = h, a2 = x'",
            (
                r"-2\, h \left[ (x - \tilde{x}) \odot \tilde{x} \odot (1 - \tilde{x}) \right]^T, "
                r"\quad \tilde{x} = x'"
            ),
            "o := x'\n2 h ((o − x) ⊙ o ⊙ (1 − o))ᵀ",
        ),
    ),
    *spelt(
        "autoencoder.grad_h",
        lambda v: v.W2 @ (2 * (v.xp - v.x) * v.xp * (1 - v.xp)),
        chain=(
            "dJ/dh = dz2/dh * dJ/dz2 = W2 * (2*(xp-x)*xp*(1-xp))",
            (
                r"\frac{\partial J}{\partial h} = \frac{\partial z_2}{\partial h} \frac{\partial J}"
                r"{\partial z_2} = W_2 \left( 2(x'-x)\odot x' \odot (1-x') \right)"
            ),
        ),
        definitions=(
            "delta2 = 2*(xp - x)*xp*(1 - xp); grad_h = W2 @ delta2",
            "W₂ δ with δ = 2(x̂ − x) ⊙ x̂ ⊙ (1 − x̂)",
            r"W_2\,\delta, \quad \delta := -2 (x - x') \odot x' \odot (1 - x')",
        ),
        letters=("y = x'\n2 W2 ((y - x) * y * (1 - y))",),
    ),
    *spelt(
        "autoencoder.grad_z1",
        lambda v: (v.W2 @ (2 * (v.xp - v.x) * v.xp * (1 - v.xp))) * (v.z1 > 0),
        chain=("∂J/∂z₁ = ∂J/∂h ⊙ ∂h/∂z₁ = (W₂ ∂J/∂z₂) ⊙ 𝟙[z₁ > 0]",),
        definitions=(
            "mask = (h > 0)\ngrad_z1 = mask * (W2 @ grad_z2)",
            (
                r"g(z_1) = \begin{cases} 1 & z_1 > 0 \\ 0 & \text{otherwise} \end{cases}, \quad "
                r"\frac{\partial J}{\partial z_1} = \frac{\partial J}{\partial h} \odot g(z_1)"
            ),
            "dh .* m where m = 1 if z1 > 0, 0 otherwise",
        ),
        letters=("let a = W1^T x + b1; grad_h * (a > 0)",),
    ),
    *spelt(
        "autoencoder.grad_W1",
        lambda v: v.x @ ((v.W2 @ (2 * (v.xp - v.x) * v.xp * (1 - v.xp))) * (v.z1 > 0)).T,
        chain=(
            "dJ/dW1 = dJ/dz1 * dz1/dW1 = x @ ((W2 @ grad_z2) * (h > 0)).T",
            (
                r"\frac{\partial J}{\partial W_1} = \frac{\partial J}{\partial x'} "
                r"\frac{\partial x'}"
                r"{\partial z_2} \frac{\partial z_2}{\partial h} \frac{\partial h}{\partial z_1} "
                r"\frac{\partial z_1}{\partial W_1} = x \left[ \left( W_2 (2(x'-x) \odot x' \odot "
                r"(1-x')) \right) \odot \mathbb{1}[z_1>0] \right]^T"
            ),
            "∇W₁ = x (∇z₁)ᵀ = x (∇h ⊙ 𝟙[h > 0])ᵀ = x ((W₂ ∇z₂) ⊙ 𝟙[h > 0])ᵀ",
            (
                r"\frac{\partial J}{\partial W_1} = x \left(\frac{\partial J}{\partial "
                r"z_1}\right)^T "
                r"= x \left( \mathrm{diag}(\mathbb{1}[z_1 > 0]) W_2 \frac{\partial J}{\partial "
                r"z_2} "
                r"\right)^T"
            ),
        ),
        definitions=(
            "d2 = 2*(xp-x)*xp*(1-xp)\nd1 = (W2 @ d2)*(h > 0)\ngrad_W1 = x @ d1.T",
            "δ₂ = 2(x′ − x) ⊙ x′ ⊙ (1 − x′)\nδ₁ = (W₂ δ₂) ⊙ 𝟙[z₁ > 0]\n∂J/∂W₁ = x δ₁ᵀ",
            (
                r"\delta_1 = (W_2 \delta_2) \odot \mathrm{ReLU}'(z_1), \quad \delta_2 = 2(x'-x) "
                r"\odot "
                r"x' \odot (1-x'), \quad \nabla_{W_1} J = x\,\delta_1^T"
            ),
            (
                r"x \left( (W_2 \delta) \odot \mathbb{1}[h>0] \right)^T \text{ with } \delta = "
                r"\frac{\partial J}{\partial z_2}"
            ),
            "d = 2*(xp-x).*xp.*(1-xp); g = (W2*d).*(h>0); dW1 = x*g';",
            "z1 = W1^T x + b1\nh = ReLU(z1)\nδ = 2 (x' - x) x' (1 - x')\nx ((W2 δ) * (z1 > 0))^T",
            (
                r"\begin{aligned} \delta_2 &= 2(x'-x)\odot x'\odot(1-x') \\ \delta_1 &= "
                r"(W_2\delta_2)"
                r"\odot \mathbb{1}[z_1>0] \\ \nabla_{W_1}J &= x\delta_1^\top \end{aligned}"
            ),
            "x [(W2 δ) ⊙ f'(z1)]ᵀ where δ = 2(x'−x) ⊙ x' ⊙ (1−x') and f = ReLU",
        ),
        letters=(
            "y = x'\nx * ((W2 * (2*(y-x)*y*(1-y))) * (h > 0))^T",
            "u = W1ᵀx + b1, y = σ(W2ᵀh + b2)\n2x((W2((y−x)⊙y⊙(1−y))) ⊙ 𝟙[u>0])ᵀ",
            (
                r"x \left[ W_2 \left( 2(\hat{x}-x) \odot \hat{x} \odot (1-\hat{x}) \right) \odot "
                r"\mathbb{1}[a>0] \right]^T \text{ where } a = W_1^T x + b_1"
            ),
        ),
    ),
    *spelt(
        "autoencoder.grad_b1",
        lambda v: (v.W2 @ (2 * (v.xp - v.x) * v.xp * (1 - v.xp))) * (v.z1 > 0),
        chain=("db1 = dz1 = dh * (h > 0)",),
        definitions=("δ₁ = ∂J/∂z₁; ∂J/∂b₁ = δ₁",),
    ),
    *spelt(
        "gan.grad_m",
        lambda v: 1 - v.p,
        chain=(
            "dJ/dm = dJ/dp * dp/dm = (1/p) * p(1-p) = 1 - p",
            (
                r"\frac{\partial J}{\partial m} = \frac{\partial J}{\partial p} \frac{\partial p}"
                r"{\partial m} = \frac{1}{p} \, p (1 - p) = 1 - p"
            ),
        ),
        letters=("1 - y, where y = p", "q = sigmoid(m); dJ/dm = 1 - q"),
    ),
    *spelt(
        "gan.grad_H2",
        lambda v: (1 - v.p) * v.w2,
        chain=(
            (
                r"\frac{\partial J}{\partial H_2} = \frac{\partial J}{\partial p} \frac{\partial p}"
                r"{\partial m} \frac{\partial m}{\partial H_2} = \frac{1}{p} p(1-p) w_2 = (1-p) w_2"
            ),
        ),
        definitions=("δ = 1 − p\n∇H₂ = δ w₂", "d = 1 - sigmoid(m); d*w2"),
        letters=(r"(1 - \hat{y})\, w_2",),
    ),
    *spelt(
        "gan.grad_w0",
        lambda v: np.outer(v.grad_h0 * (v.h0 > 0), v.z),
        definitions=(
            "δ₀ = ∇h₀ ⊙ 𝟙[h₀ > 0]; ∇w₀ = δ₀ zᵀ",
            "a0 = w0 @ z + b0\nd0 = grad_h0 * (a0 > 0)\ngrad_w0 = np.outer(d0, z)",
        ),
    ),
)
