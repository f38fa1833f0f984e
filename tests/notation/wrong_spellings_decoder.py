"""Wrong answers near the right ones: the decoder's weights and its bias."""

import numpy as np
from spelling_rows import sigmoid, slope, spelt

DECODER_WEIGHTS = (
    *spelt(
        "autoencoder.grad_W2",
        lambda v: -v.grad_W2,
        "sign_error",
        ascii=("2*h@((x-xp)*xp*(1-xp)).T", "-h * grad_z2^T", "2 h [(x - x') x' (1 - x')]^T"),
        numpy=("np.outer(h, 2*(x-xp)*xp*(1-xp))", "-2*np.dot(h, ((xp-x)*xp*(1-xp)).T)"),
        matlab=("2*h*((x-xp).*xp.*(1-xp))';",),
        unicode=("2 h ((x − x′) ⊙ x′ ⊙ (1 − x′))ᵀ", "∇W₂ = −h (∇z₂)ᵀ"),
        latex=(
            r"2h\left((x-x')\odot x'\odot(1-x')\right)^T",
            r"\nabla_{W_2} J = -h\,(\nabla_{z_2} J)^{\top}",
        ),
        index=(
            "dW2[i,j] = 2 (x_j - x'_j) x'_j (1 - x'_j) h_i",
            r"\frac{\partial J}{\partial W_{2,ij}} = -2 (x'_j - x_j) x'_j (1 - x'_j) h_i",
        ),
        chain=(
            "∂J/∂W2 = ∂J/∂z2 ∂z2/∂W2 = h δ^T where δ = 2(x - x') ⊙ x' ⊙ (1-x')",
            "∂J/∂W₂ = h(∂J/∂z₂)ᵀ = 2h((x − x′) ⊙ x′ ⊙ (1 − x′))ᵀ",
        ),
        definitions=(
            "delta = 2*(x - xp)*xp*(1 - xp)\ngrad_W2 = h @ delta.T",
            (
                r"\delta = -2(x'-x)\odot\sigma'(z_2), \quad \frac{\partial J}{\partial W_2} = "
                r"h\delta^T"
            ),
        ),
        letters=("2 h ((x - y) * y * (1 - y))^T, where y = x'",),
    ),
    *spelt(
        "autoencoder.grad_W2",
        lambda v: v.grad_W2 / 2,
        "factor_omitted",
        ascii=("-h@((x-xp)*xp*(1-xp)).T", "h [(x'-x) x' (1-x')]^T"),
        matlab=("h*((xp-x).*xp.*(1-xp))'",),
        unicode=("h ((x′ − x) ⊙ x′ ⊙ (1 − x′))ᵀ",),
        latex=(r"h \left[(x' - x) \odot \sigma'(z_2)\right]^{\mathsf T}",),
        index=("(dJ/dW2)_ij = h_i (x'_j - x_j) x'_j (1 - x'_j)",),
        definitions=("let δ = (x′ − x) ⊙ x′ ⊙ (1 − x′); ∇W₂ = h δᵀ",),
        functions=("outer(h, (xp - x)*sigmoid'(z2))",),
    ),
    *spelt(
        "autoencoder.grad_W2",
        lambda v: v.grad_W2 / v.N,
        "mean_instead_of_sum",
        ascii=("2/N * h @ ((xp - x)*xp*(1-xp)).T",),
        unicode=("−(2/N) h ((x − x′) ⊙ x′ ⊙ (1 − x′))ᵀ",),
        latex=(r"\frac{2}{N} h \left((x'-x) \odot x' \odot (1-x')\right)^\top",),
        index=(r"\frac{\partial J}{\partial W_{2,ij}} = \frac{2}{N}(x'_j-x_j)x'_j(1-x'_j)h_i",),
    ),
    *spelt(
        "autoencoder.grad_W2",
        lambda v: 2 * v.grad_W2,
        "constant_factor",
        ascii=("4*h@((xp-x)*xp*(1-xp)).T",),
        latex=(r"2 h \left(\frac{\partial J}{\partial z_2}\right)^T",),
        definitions=("d = 2*(xp-x)*xp*(1-xp); 2*h@d.T",),
    ),
    *spelt(
        "autoencoder.grad_W2",
        lambda v: v.grad_W2 / v.M,
        ascii=("2/M * h @ ((xp - x)*xp*(1-xp)).T",),
        latex=(r"\frac{1}{M}\, h\, (\nabla_{z_2} J)^T",),
    ),
    *spelt(
        "autoencoder.grad_W2",
        lambda v: v.h @ v.grad_xp.T,
        "sigmoid_derivative_omitted",
        ascii=("2*h@(xp-x).T", "-2 h (x - x')^T", "h * grad_xp^T"),
        numpy=("np.outer(h, 2*(xp - x))",),
        matlab=("2*h*(xp-x)'",),
        unicode=("2h(x′ − x)ᵀ",),
        latex=(r"-2h(x-x')^{\top}", r"h \left( \frac{\partial J}{\partial x'} \right)^T"),
        index=("dW2[i][j] = 2*(xp[j]-x[j])*h[i]",),
        chain=(
            (
                r"\frac{\partial J}{\partial W_2} = \frac{\partial J}{\partial x'} "
                r"\frac{\partial x'}"
                r"{\partial W_2} = 2h(x'-x)^T"
            ),
        ),
        definitions=("h δᵀ, δ = 2(x′ − x)",),
    ),
    *spelt(
        "autoencoder.grad_W2",
        lambda v: np.ones_like(v.h) @ v.grad_z2.T,
        "input_factor_omitted",
        functions=("ones(M) (2 (x' - x) * x' * (1 - x'))^T",),
        numpy=("np.outer(np.ones(M), 2*(xp - x)*xp*(1 - xp))",),
    ),
    *spelt(
        "autoencoder.grad_W2",
        lambda v: np.ones_like(v.h) @ v.grad_z2.T,
        index=("dW2[i,j] = 2 (x'_j - x_j) x'_j (1 - x'_j)",),
    ),
    *spelt(
        "autoencoder.grad_W2",
        lambda v: 2 * v.h @ ((v.xp - v.x) * v.xp * (1 + v.xp)).T,
        ascii=("2*h@((xp-x)*xp*(1+xp)).T",),
        latex=(r"2h\left((x'-x)\odot x'\odot(1+x')\right)^T",),
    ),
    *spelt(
        "autoencoder.grad_W2",
        lambda v: 2 * v.h @ ((v.xp - v.x) * v.x * (1 - v.x)).T,
        ascii=("-2*h@((x-xp)*x*(1-x)).T",),
        unicode=("2h((x′−x) ⊙ x ⊙ (1−x))ᵀ",),
    ),
    *spelt(
        "autoencoder.grad_W2",
        lambda v: 2 * v.h @ ((v.xp - v.x) * slope(sigmoid(v.xp))).T,
        functions=("2 h ((x' - x) ⊙ σ'(x'))ᵀ",),
        latex=(r"2\,h\,[(x'-x) \odot \sigma'(x')]^T",),
    ),
    *spelt(
        "autoencoder.grad_W2",
        lambda v: 2 * v.h @ (v.xp - v.x * v.xp * (1 - v.xp)).T,
        ascii=("2*h@(xp-x*xp*(1-xp)).T",),
        latex=(r"2h\left(x'-x\odot x'\odot(1-x')\right)^T",),
    ),
    *spelt(
        "autoencoder.grad_W2",
        lambda v: 2 * v.h @ ((v.xp - v.x) * v.xp * 1 - v.xp).T,
        ascii=("2*h@((xp-x)*xp*1-xp).T",),
        unicode=("2h((x′ − x) ⊙ x′ ⊙ 1 − x′)ᵀ",),
    ),
    *spelt(
        "autoencoder.grad_W2",
        lambda v: v.z1 @ v.grad_z2.T,
        ascii=("(W1^T x + b1) (2 (x'-x) x' (1-x'))^T",),
        latex=(r"z_1 \left(2(x'-x)\odot x'\odot(1-x')\right)^T",),
        definitions=("let h0 = W1^T x + b1; h0 (dJ/dz2)^T",),
    ),
    *spelt(
        "autoencoder.grad_W2",
        lambda v: v.W2 * v.grad_z2.T,
        index=("dW2[i,j] = 2 (x'_j - x_j) x'_j (1 - x'_j) W2[i,j]",),
        latex=(r"W_2\,\mathrm{diag}\left(2(x'-x)\odot x'\odot(1-x')\right)",),
    ),
    *spelt(
        "autoencoder.grad_W2",
        lambda v: (v.h > 0) @ v.grad_z2.T,
        unicode=("𝟙[h > 0] (2(x′−x) ⊙ x′ ⊙ (1−x′))ᵀ",),
        functions=("relu'(z1) @ grad_z2.T",),
    ),
    *spelt(
        "autoencoder.grad_W2",
        lambda v: v.h**2 @ v.grad_z2.T,
        ascii=("h^2 (dJ/dz2)^T",),
        matlab=("h.^2*dz2'",),
    ),
    *spelt(
        "autoencoder.grad_W2",
        lambda v: v.h @ (v.grad_z2**2).T,
        numpy=("h @ np.square(grad_z2).T",),
    ),
    *spelt(
        "autoencoder.grad_W2",
        lambda v: v.W2 - v.grad_W2,  # the update, not the gradient
        ascii=("W2 - h grad_z2^T",),
        latex=(r"W_2 - 2h\left((x'-x)\odot x'\odot(1-x')\right)^T",),
    ),
    *spelt(
        "autoencoder.grad_W2",
        lambda v: v.h @ np.full_like(v.x, np.sum(v.grad_z2)).T,
        index=(
            r"\frac{\partial J}{\partial W_{2,ij}} = \sum_{k=1}^{N} 2(x'_k-x_k)x'_k(1-x'_k) h_i",
            (
                r"\left(\frac{\partial J}{\partial W_2}\right)_{ij} = h_i \sum_k \frac{\partial J}"
                r"{\partial z_{2,k}}"
            ),
        ),
    ),
    *spelt(
        "autoencoder.grad_W2",
        lambda v: np.full_like(v.h, np.sum(v.h)) @ v.grad_z2.T,
        index=("dW2[i,j] = 2 (x'_j - x_j) x'_j (1 - x'_j) sum_k h_k",),
    ),
    *spelt(
        "autoencoder.grad_W2",
        lambda v: v.h @ (2 * (v.xp - v.x) * v.xp * (1 - v.xp)),
        "shape_mismatch",
        ascii=("-2*h@((x-xp)*xp*(1-xp))",),
        numpy=("np.matmul(h, 2*(xp-x)*xp*(1-xp))",),
    ),
    *spelt(
        "autoencoder.grad_W2",
        lambda v: v.h.T @ v.grad_z2,
        "shape_mismatch",
        ascii=("h.T @ grad_z2",),
        latex=(r"h^T \left(2(x'-x)\odot x'\odot(1-x')\right)",),
        matlab=("h'*dz2",),
    ),
    *spelt(
        "autoencoder.grad_W2",
        lambda v: v.x @ v.grad_z2.T,
        "shape_mismatch",
        ascii=("x * grad_z2^T", "2*x@((xp-x)*xp*(1-xp)).T"),
        latex=(r"2x\left((x'-x) \odot x' \odot (1-x')\right)^T",),
    ),
    *spelt(
        "autoencoder.grad_W2",
        lambda v: v.h @ v.grad_h.T,
        "shape_mismatch",
        unicode=("h (∇h)ᵀ",),
    ),
    *spelt(
        "autoencoder.grad_W2",
        lambda v: v.grad_z2,
        unicode=("2(x′ − x) ⊙ x′ ⊙ (1 − x′)",),
        ascii=("grad_z2",),
    ),
)

DECODER_BIAS = (
    *spelt(
        "autoencoder.grad_b2",
        lambda v: -v.grad_b2,
        "sign_error",
        ascii=("2(x-x')x'(1-x')",),
        latex=(r"\frac{\partial J}{\partial b_2} = -\frac{\partial J}{\partial z_2}",),
    ),
    *spelt(
        "autoencoder.grad_b2",
        lambda v: v.grad_xp,
        "sigmoid_derivative_omitted",
        ascii=("dJ/db2 = 2 (x' - x)",),
        latex=(r"\nabla_{b_2} J = 2(x'-x)",),
    ),
    *spelt("autoencoder.grad_b2", lambda v: v.b2 * v.grad_z2, ascii=("b2 * grad_z2",)),
    *spelt(
        "autoencoder.grad_b2",
        lambda v: np.sum(v.grad_z2),
        "shape_mismatch",
        numpy=("np.sum(dz2)",),
        functions=("sum(2*(xp-x)*xp*(1-xp))",),
    ),
    *spelt("autoencoder.grad_b2", lambda v: v.grad_z2 / v.N, numpy=("grad_z2 / N",)),
    *spelt("autoencoder.grad_b2", lambda v: np.ones_like(v.b2), functions=("ones(N)",)),
)

DECODER = (*DECODER_WEIGHTS, *DECODER_BIAS)
