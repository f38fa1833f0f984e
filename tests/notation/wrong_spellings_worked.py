"""Wrong answers that are worked: chains that slip, definitions that are wrong, other letters."""

import numpy as np
from spelling_rows import spelt

WORKED_SLIPS = (
    *spelt(
        "autoencoder.grad_xp",
        lambda v: 2 * (v.x - v.xp),
        "sign_error",
        definitions=("e = x - xp\ngrad_xp = 2*e", "2r where r = x − x′"),
        letters=(
            r"2(x - \tilde{x}), \text{ where } \tilde{x} = x'",
            "y = sigmoid(W2.T @ h + b2)\ndJ/dy = 2*(x - y)",
        ),
        chain=(
            (
                r"\frac{\partial J}{\partial x'} = \frac{\partial}{\partial x'}\sum_j "
                r"(x_j-x'_j)^2 = "
                r"2(x-x')"
            ),
        ),
    ),
    *spelt(
        "autoencoder.grad_xp",
        lambda v: v.xp - v.x,
        "factor_omitted",
        letters=("y - x, y = x'",),
        definitions=("e = x' - x; grad_xp = e",),
    ),
    *spelt(
        "autoencoder.grad_z2",
        lambda v: 2 * (v.xp - v.x) * v.xp * (1 + v.xp),
        definitions=("σ'(z) = σ(z)(1 + σ(z)); ∂J/∂z₂ = 2(x′ − x) ⊙ σ'(z₂)",),
        letters=("2(y - x) y (1 + y), y = x'",),
    ),
    *spelt(
        "autoencoder.grad_z2",
        lambda v: 2 * (v.z2 - v.x) * v.z2 * (1 - v.z2),
        letters=("y = W2^T h + b2\n2 (y - x) * y * (1 - y)",),
        definitions=(r"2(a-x) \odot a \odot (1-a), \quad a = z_2",),
    ),
    *spelt(
        "autoencoder.grad_z2",
        lambda v: 2 * (v.x - v.xp) * v.x * (1 - v.x),
        letters=("2 (y - x') * y * (1 - y) where y = x",),
    ),
    *spelt(
        "autoencoder.grad_z2",
        lambda v: 2 * (v.xp - v.x) * v.xp,
        chain=("dJ/dz2 = dJ/dx' σ'(z2) = 2(x' - x) * x'",),
        matlab=("2*(xp-x).*xp;",),
    ),
    *spelt(
        "autoencoder.grad_W2",
        lambda v: v.h @ v.grad_xp.T,
        "sigmoid_derivative_omitted",
        chain=(
            "dJ/dW2 = dJ/dxp * dxp/dW2 = h @ (2*(xp - x)).T",
            "∇W₂ = h (∂J/∂x′)ᵀ = −2h(x − x′)ᵀ",
        ),
        definitions=(
            "delta = -2*(x - xp)\ngrad_W2 = h @ delta.T",
            r"\delta_2 = 2(x'-x), \quad \frac{\partial J}{\partial W_2} = h\,\delta_2^T",
        ),
        letters=(r"2h(\hat y - x)^T \text{ where } \hat y = x'",),
    ),
    *spelt(
        "autoencoder.grad_W2",
        lambda v: v.grad_W2 / 2,
        "factor_omitted",
        chain=(
            (
                r"\begin{align*} \frac{\partial J}{\partial W_2} &= \frac{\partial J}{\partial "
                r"z_2} "
                r"\frac{\partial z_2}{\partial W_2} \\ &= h\,((x'-x)\odot x'\odot(1-x'))^T "
                r"\end{align*}"
            ),
        ),
        letters=("y = x'\nh ((y - x) * y * (1 - y))^T",),
        definitions=("e = x' - x\ns = x' (1 - x')\nh (e * s)^T",),
    ),
    *spelt(
        "autoencoder.grad_W2",
        lambda v: np.maximum(v.z1, 0) @ (2 * (v.x - v.xp) * v.xp * (1 - v.xp)).T,
        "sign_error",
        functions=("2 ReLU(W1^T x + b1) ((x - x') * x' * (1 - x'))^T",),
        letters=("a = relu(W1^T x + b1)\n2 a ((x - x') ⊙ x' ⊙ (1 - x'))ᵀ",),
    ),
    *spelt(
        "autoencoder.grad_W2",
        lambda v: v.h @ (v.xp * (1 - v.xp)).T,
        definitions=("δ = x′ ⊙ (1 − x′)\n∇W₂ = h δᵀ",),
        chain=("∂J/∂W2 = ∂x'/∂z2 ∂z2/∂W2 = h (x' ⊙ (1 - x'))^T",),
    ),
    *spelt(
        "autoencoder.grad_W2",
        lambda v: v.h @ (v.grad_z2 * v.xp * (1 - v.xp)).T,
        chain=("dJ/dW2 = h (dJ/dz2 * σ'(z2))^T",),
        definitions=("d = 2*(xp-x)*xp*(1-xp); grad_W2 = h @ (d*xp*(1-xp)).T",),
        matlab=("h*(dz2.*xp.*(1-xp))'",),
    ),
    *spelt(
        "autoencoder.grad_h",
        lambda v: v.W2 @ v.grad_xp,
        "sigmoid_derivative_omitted",
        definitions=("delta2 = 2*(xp - x); grad_h = W2 @ delta2",),
        letters=("y = x'\n2 W2 (y - x)",),
        matlab=("dh = W2*(2*(xp-x));",),
    ),
    *spelt(
        "autoencoder.grad_h",
        lambda v: -v.grad_h,
        "sign_error",
        chain=("dJ/dh = W2 dJ/dz2 = 2 W2 ((x - x') * x' * (1 - x'))",),
        definitions=("W₂ δ with δ = 2(x − x̂) ⊙ x̂ ⊙ (1 − x̂)",),
    ),
    *spelt(
        "autoencoder.grad_z1",
        lambda v: v.grad_h * (v.z1 < 0),
        definitions=("dh .* m where m = 1 if z1 < 0, 0 otherwise",),
        letters=("let a = W1^T x + b1; grad_h * (a < 0)",),
    ),
    *spelt(
        "autoencoder.grad_z1",
        lambda v: v.grad_h,
        "relu_mask_omitted",
        chain=("∂J/∂z₁ = ∂J/∂h ∂h/∂z₁ = W₂ ∂J/∂z₂",),
        definitions=("δ₁ = W₂ δ₂, δ₂ = 2(x′ − x) ⊙ x′ ⊙ (1 − x′)",),
        matlab=("dz1 = W2*dz2;",),
    ),
    *spelt(
        "autoencoder.grad_W1",
        lambda v: v.x @ v.grad_h.T,
        "relu_mask_omitted",
        chain=(
            "dJ/dW1 = dJ/dz1 * dz1/dW1 = x @ (W2 @ grad_z2).T",
            (
                r"\frac{\partial J}{\partial W_1} = \frac{\partial J}{\partial z_2} "
                r"\frac{\partial z_2}"
                r"{\partial h} \frac{\partial h}{\partial W_1} = x \left[ W_2 (2(x'-x) \odot x' "
                r"\odot "
                r"(1-x')) \right]^T"
            ),
        ),
        definitions=(
            "δ = 2(x′ − x) ⊙ x′ ⊙ (1 − x′)\n∂J/∂W₁ = x (W₂ δ)ᵀ",
            r"x \left( W_2 \delta \right)^T \text{ with } \delta = \frac{\partial J}{\partial z_2}",
        ),
        letters=("y = x'\nx * (W2 * (2*(y-x)*y*(1-y)))^T",),
    ),
    *spelt(
        "autoencoder.grad_W1",
        lambda v: v.x @ ((v.W2 @ v.grad_xp) * (v.z1 > 0)).T,
        "sigmoid_derivative_omitted",
        definitions=(
            "δ₂ = 2(x′ − x)\nδ₁ = (W₂ δ₂) ⊙ 𝟙[z₁ > 0]\n∂J/∂W₁ = x δ₁ᵀ",
            (
                r"\begin{aligned} \delta_2 &= 2(x'-x) \\ \delta_1 &= (W_2\delta_2) \odot "
                r"\mathbb{1}[z_1>0] \\ \nabla_{W_1}J &= x\delta_1^\top \end{aligned}"
            ),
        ),
        chain=("∇W₁ = x (∇z₁)ᵀ = x ((W₂ (2(x′ − x))) ⊙ 𝟙[h > 0])ᵀ",),
    ),
    *spelt(
        "autoencoder.grad_W1",
        lambda v: -v.grad_W1,
        "sign_error",
        letters=("y = x'\nx * ((W2 * (2*(x-y)*y*(1-y))) * (h > 0))^T",),
        numpy=("dW1 = np.dot(x, np.multiply(W2 @ (2*(x - xp)*xp*(1 - xp)), h > 0).T)",),
    ),
    *spelt(
        "autoencoder.grad_W1",
        lambda v: v.x @ (v.grad_z1 * (v.W1.T @ v.x + v.b1)).T,
        definitions=("a = W1^T x + b1\nd = (W2 grad_z2) * (a > 0)\nx (d * a)^T",),
    ),
    *spelt(
        "gan.grad_m",
        lambda v: v.p * (1 - v.p),
        chain=("dJ/dm = dp/dm = p(1-p)",),
        letters=("y(1 - y), where y = p",),
        definitions=("q = sigmoid(m); dJ/dm = q*(1 - q)",),
    ),
    *spelt(
        "gan.grad_H2",
        lambda v: v.w2 / v.p,
        "sigmoid_derivative_omitted",
        definitions=("δ = 1/p\n∇H₂ = δ w₂",),
        chain=("dJ/dH2 = dJ/dp dm/dH2 = (1/p) w2",),
    ),
    *spelt(
        "gan.grad_H2",
        lambda v: v.p * (1 - v.p) * v.w2,
        definitions=("d = p*(1-p)\ngrad_H2 = d*w2",),
        letters=(r"\hat{y}(1 - \hat{y})\, w_2",),
        matlab=("p.*(1-p).*w2",),
    ),
    *spelt(
        "gan.grad_w0",
        lambda v: np.outer(v.grad_h0, v.z),
        "relu_mask_omitted",
        definitions=("δ₀ = ∇h₀; ∇w₀ = δ₀ zᵀ",),
        matlab=("dh0*z'",),
    ),
)
