"""Wrong answers near the right ones: the encoder's weights and its bias."""

import numpy as np
from spelling_rows import spelt

ENCODER_WEIGHTS = (
    *spelt(
        "autoencoder.grad_W1",
        lambda v: v.x @ v.grad_h.T,
        "relu_mask_omitted",
        ascii=("x grad_h^T", "2*x@(W2@((xp-x)*xp*(1-xp))).T"),
        numpy=("np.outer(x, W2 @ grad_z2)", "x.dot((W2.dot(dz2)).T)"),
        matlab=("x*(W2*(2*(xp-x).*xp.*(1-xp)))'",),
        unicode=("∂J/∂W₁ = x (W₂ ∂J/∂z₂)ᵀ", "−2x[W₂((x−x̂)∘x̂∘(1−x̂))]ᵀ"),
        latex=(
            r"x \left[ W_2 \left( 2(x'-x)\odot x'\odot(1-x') \right) \right]^T",
            r"\nabla_{W_1} J = x\,(\nabla_h J)^\top",
        ),
        index=(
            (
                r"\frac{\partial J}{\partial W_{1,ki}} = \sum_{j=1}^{N} 2(x'_j - x_j) x'_j "
                r"(1-x'_j) "
                r"W_{2,ij} x_k"
            ),
        ),
        chain=("∂J/∂W₁ = ∂J/∂h ∂h/∂W₁ = x (W₂ ∇z₂)ᵀ",),
        definitions=("d2 = 2*(xp-x)*xp*(1-xp)\nd1 = W2 @ d2\ngrad_W1 = x @ d1.T",),
    ),
    *spelt(
        "autoencoder.grad_W1",
        lambda v: -v.grad_W1,
        "sign_error",
        ascii=("-x grad_z1^T", "2*x@((W2@((x-xp)*xp*(1-xp)))*(h>0)).T"),
        matlab=("-x*dz1'",),
        unicode=("2x[(W₂((x − x′) ⊙ x′ ⊙ (1 − x′))) ⊙ 𝟙[h > 0]]ᵀ",),
        latex=(r"2x\Big[ W_2\big((x-x')\odot x'\odot(1-x')\big) \odot \mathbf{1}(z_1>0) \Big]^T",),
        definitions=("δ₂ = 2(x − x′) ⊙ x′ ⊙ (1 − x′)\nδ₁ = (W₂ δ₂) ⊙ 𝟙[z₁ > 0]\n∂J/∂W₁ = x δ₁ᵀ",),
    ),
    *spelt(
        "autoencoder.grad_W1",
        lambda v: v.grad_W1 / 2,
        "factor_omitted",
        ascii=("x ((W2 ((x'-x) x' (1-x'))) * (h > 0))^T",),
        latex=(
            r"x\left[W_2\left((x'-x)\odot x'\odot(1-x')\right)\odot \mathbb{1}_{z_1>0}\right]^T",
        ),
        functions=("outer(x, (W2 @ ((xp-x)*sigmoid'(z2))) * relu'(z1))",),
    ),
    *spelt(
        "autoencoder.grad_W1",
        lambda v: v.grad_W1 / v.N,
        "mean_instead_of_sum",
        ascii=("2/N * x @ ((W2 @ ((xp-x)*xp*(1-xp))) * (h>0)).T",),
        latex=(r"\frac{1}{N}\, x\, (\nabla_{z_1} J)^T",),
    ),
    *spelt(
        "autoencoder.grad_W1",
        lambda v: v.x @ ((v.W2 @ v.grad_xp) * (v.z1 > 0)).T,
        "sigmoid_derivative_omitted",
        ascii=("2*x@((W2@(xp-x))*(h>0)).T",),
        matlab=("x*((W2*(2*(xp-x))).*(z1>0))'",),
        unicode=("2x[(W₂(x′ − x)) ⊙ 𝟙[z₁ > 0]]ᵀ",),
        latex=(r"-2x\left[\left(W_2(x-x')\right)\odot\mathrm{ReLU}'(z_1)\right]^{\top}",),
        index=("dW1[i,j] = x_i * (h_j > 0) * sum_k W2[j,k] * 2*(xp[k] - x[k])",),
    ),
    *spelt(
        "autoencoder.grad_W1",
        lambda v: np.ones_like(v.x) @ v.grad_z1.T,
        "input_factor_omitted",
        functions=("ones(N) grad_z1^T",),
    ),
    *spelt(
        "autoencoder.grad_W1",
        lambda v: np.ones_like(v.x) @ v.grad_z1.T,
        index=("dW1[i,j] = (h_j > 0) * sum_k W2[j,k] dz2[k]",),
    ),
    *spelt(
        "autoencoder.grad_W1",
        lambda v: v.xp @ v.grad_z1.T,
        ascii=("x' ((W2 dz2) * (h > 0))^T",),
        unicode=("x̂ (∇z₁)ᵀ",),
        latex=(r"x' \left( \frac{\partial J}{\partial z_1} \right)^T",),
    ),
    *spelt(
        "autoencoder.grad_W1",
        lambda v: v.x @ ((v.W1.T @ v.grad_z2) * (v.z1 > 0)).T,
        ascii=("x ((W1^T grad_z2) * (h > 0))^T",),
        unicode=("x ((W₁ᵀ ∇z₂) ⊙ 𝟙[z₁ > 0])ᵀ",),
        latex=(
            (
                r"x \left[ \left( W_1^T \frac{\partial J}{\partial z_2} \right) \odot "
                r"\mathbb{1}[z_1>0] \right]^T"
            ),
        ),
        index=("dW1[i,j] = x_i * (h_j > 0) * sum_k W1[k,j] dz2[k]",),
    ),
    *spelt(
        "autoencoder.grad_W1",
        lambda v: v.x @ (v.grad_h * v.h).T,
        ascii=("x (grad_h * h)^T",),
        numpy=("np.outer(x, (W2 @ dz2) * np.maximum(0, z1))",),
        latex=(r"x \left[ (W_2 \nabla_{z_2} J) \odot \mathrm{ReLU}(z_1) \right]^T",),
    ),
    *spelt(
        "autoencoder.grad_W1",
        lambda v: v.x @ (v.grad_h * (v.z1 < 0)).T,
        unicode=("x (∇h ⊙ 𝟙[z₁ < 0])ᵀ",),
    ),
    *spelt(
        "autoencoder.grad_W1",
        lambda v: v.x @ np.maximum(v.grad_h, 0).T,
        functions=("x relu(W2 grad_z2)^T",),
        latex=(r"x \, \mathrm{ReLU}\left(W_2 \nabla_{z_2} J\right)^T",),
    ),
    *spelt(
        "autoencoder.grad_W1",
        lambda v: v.grad_z2 @ v.h.T,
        ascii=("grad_z2 h^T",),
        unicode=("(2(x′ − x) ⊙ x′ ⊙ (1 − x′)) hᵀ",),
    ),
    *spelt(
        "autoencoder.grad_W1",
        lambda v: v.x @ (v.grad_h * v.h * (1 - v.h)).T,
        ascii=("x @ ((W2 @ grad_z2)*h*(1-h)).T",),
        latex=(r"x\left[(W_2\delta)\odot h \odot (1-h)\right]^T, \ \delta = \nabla_{z_2} J",),
    ),
    *spelt(
        "autoencoder.grad_W1",
        lambda v: 2 * v.x @ ((v.W2 @ (v.xp - v.x * v.xp * (1 - v.xp))) * (v.h > 0)).T,
        ascii=("2*x@((W2@(xp-x*xp*(1-xp)))*(h>0)).T",),
        latex=(r"2x\left[W_2\left(x'-x\odot x'\odot(1-x')\right)\odot\mathbb{1}[h>0]\right]^T",),
    ),
    *spelt(
        "autoencoder.grad_W1",
        lambda v: v.x @ ((v.W2 @ (2 * (v.xp - v.x) * v.xp * (1 + v.xp))) * (v.h > 0)).T,
        unicode=("2x[(W₂((x′−x) ⊙ x′ ⊙ (1+x′))) ⊙ 𝟙[h>0]]ᵀ",),
    ),
    *spelt(
        "autoencoder.grad_W1",
        lambda v: v.W1 - v.grad_W1,
        latex=(r"W_1 - x \left( \frac{\partial J}{\partial z_1} \right)^T",),
    ),
    *spelt(
        "autoencoder.grad_W1",
        lambda v: v.x @ (v.grad_z1 + v.b1).T,
        ascii=("x (grad_z1 + b1)^T",),
    ),
    *spelt(
        "autoencoder.grad_W1",
        lambda v: v.x**2 @ v.grad_z1.T,
        matlab=("x.^2*dz1'",),
        latex=(r"x^2 \left(\nabla_{z_1} J\right)^T",),
    ),
    *spelt(
        "autoencoder.grad_W1",
        lambda v: v.x @ v.grad_z1.T / v.M,
        latex=(r"\frac{1}{M} x \left(\nabla_{z_1} J\right)^T",),
    ),
    *spelt(
        "autoencoder.grad_W1",
        lambda v: 1.0 * v.x @ (v.z1 > 0).T,
        chain=("dJ/dW1 = dh/dz1 dz1/dW1 = x 1[z1 > 0]^T",),
    ),
    *spelt(
        "autoencoder.grad_W1",
        lambda v: v.x @ np.full_like(v.h, np.sum(v.grad_z1)).T,
        index=(
            (
                r"\frac{\partial J}{\partial W_{1,ki}} = x_k \sum_{l=1}^{M} \mathbb{1}[h_l > 0] "
                r"\sum_{j=1}^{N} W_{2,lj} \frac{\partial J}{\partial z_{2,j}}"
            ),
        ),
    ),
    *spelt(
        "autoencoder.grad_W1",
        lambda v: v.x @ ((v.W2.T @ v.grad_z2) * (v.h > 0)).T,
        ascii=("x ((W2^T grad_z2) * (h > 0))^T",),
        latex=(
            (
                r"x \left[ \left( W_2^T (2(x'-x)\odot x'\odot(1-x')) \right) \odot \mathbb{1}[h>0] "
                r"\right]^T"
            ),
        ),
        matlab=("x*((W2'*dz2).*(h>0))'",),
    ),
    *spelt(
        "autoencoder.grad_W1",
        lambda v: v.x @ v.grad_z1,
        "shape_mismatch",
        ascii=("x @ grad_z1",),
    ),
    *spelt(
        "autoencoder.grad_W1",
        lambda v: v.h @ v.grad_z1.T,
        "shape_mismatch",
        ascii=("h grad_z1^T",),
        latex=(r"h \left( \frac{\partial J}{\partial z_1} \right)^T",),
    ),
    *spelt(
        "autoencoder.grad_W1",
        lambda v: v.x @ v.grad_z2.T,
        "shape_mismatch",
        unicode=("x (∇z₂)ᵀ",),
    ),
)

ENCODER_BIAS = (
    *spelt(
        "autoencoder.grad_b1",
        lambda v: v.grad_h,
        "relu_mask_omitted",
        ascii=("grad_h",),
        unicode=("∇b₁ = W₂ ∇z₂",),
        latex=(r"\frac{\partial J}{\partial b_1} = W_2 \frac{\partial J}{\partial z_2}",),
    ),
    *spelt(
        "autoencoder.grad_b1",
        lambda v: v.b1 * v.grad_z1,
        ascii=("b1 * grad_z1",),
    ),
    *spelt(
        "autoencoder.grad_b1",
        lambda v: 1.0 * (v.h > 0),
        functions=("relu'(z1)",),
    ),
    *spelt(
        "autoencoder.grad_b1",
        lambda v: -v.grad_b1,
        "sign_error",
        latex=(r"-\nabla_{z_1} J",),
        numpy=("-dh * (h > 0)",),
    ),
)

ENCODER = (*ENCODER_WEIGHTS, *ENCODER_BIAS)
