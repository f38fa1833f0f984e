"""Wrong answers near the right ones: the hidden layer and the encoder before ReLU."""

import numpy as np
from spelling_rows import sigmoid, slope, spelt

HIDDEN = (
    *spelt(
        "autoencoder.grad_h",
        lambda v: -v.grad_h,
        "sign_error",
        ascii=("2*W2@((x-xp)*xp*(1-xp))", "-W2 grad_z2"),
        matlab=("W2*(2*(x-xp).*xp.*(1-xp));",),
        unicode=("2 W₂ ((x − x′) ⊙ x′ ⊙ (1 − x′))",),
        latex=(r"\frac{\partial J}{\partial h} = 2W_2\left((x-x')\odot x'\odot(1-x')\right)",),
        index=(
            (
                r"\frac{\partial J}{\partial h_i} = \sum_{j=1}^{N} 2(x_j - x'_j) x'_j (1 - x'_j) "
                r"W_{2,ij}"
            ),
        ),
    ),
    *spelt(
        "autoencoder.grad_h",
        lambda v: v.grad_h / 2,
        "factor_omitted",
        ascii=("W2 @ ((xp-x)*xp*(1-xp))",),
        latex=(r"-W_2\left[(x-\hat{x})\odot\hat{x}\odot(1-\hat{x})\right]",),
        definitions=("W2 δ where δ = (x' - x) x' (1 - x')",),
    ),
    *spelt(
        "autoencoder.grad_h",
        lambda v: v.grad_h / v.N,
        "mean_instead_of_sum",
        latex=(r"\frac{2}{N} W_2 \left((x'-x)\odot x'\odot(1-x')\right)",),
        index=("dh_i = 1/N sum_j W2[i,j] * dz2[j]",),
    ),
    *spelt(
        "autoencoder.grad_h",
        lambda v: v.W2 @ v.grad_xp,
        "sigmoid_derivative_omitted",
        ascii=("2*W2@(xp - x)", "W2 grad_xp"),
        numpy=("np.dot(W2, -2*(x - xp))",),
        unicode=("∂J/∂h = 2W₂(x′ − x)",),
        latex=(r"-2 W_2 (x - x')", r"W_2 \frac{\partial J}{\partial x'}"),
        index=(r"\frac{\partial J}{\partial h_i} = \sum_j 2 (x'_j - x_j) W_{2,ij}",),
        chain=("dJ/dh = dJ/dx' dx'/dh = W2 (2 (x' - x))",),
    ),
    *spelt(
        "autoencoder.grad_h",
        lambda v: v.W1.T @ v.grad_z2,
        ascii=("W1^T grad_z2",),
        matlab=("W1'*dz2",),
        unicode=("2 W₁ᵀ((x′ − x) ⊙ x′ ⊙ (1 − x′))",),
        latex=(r"W_1^T \left(2(x'-x)\odot x'\odot(1-x')\right)",),
        index=(
            (
                r"\frac{\partial J}{\partial h_i} = \sum_j W_{1,ji} \frac{\partial J}"
                r"{\partial z_{2,j}}"
            ),
        ),
    ),
    *spelt(
        "autoencoder.grad_h",
        lambda v: v.grad_h * (v.h > 0),
        ascii=("(W2 grad_z2) * (h > 0)",),
        latex=(r"W_2 \frac{\partial J}{\partial z_2} \odot \mathbb{1}[z_1 > 0]",),
    ),
    *spelt(
        "autoencoder.grad_h",
        lambda v: v.W2 @ (v.xp * (1 - v.xp)),
        unicode=("W₂ (x′ ⊙ (1 − x′))",),
        functions=("W2 sigmoid'(z2)",),
    ),
    *spelt(
        "autoencoder.grad_h",
        lambda v: v.W2 @ v.z2,
        latex=(r"W_2 z_2",),
    ),
    *spelt(
        "autoencoder.grad_h",
        lambda v: v.W2 @ (2 * (v.xp - v.x) * v.x * (1 - v.x)),
        ascii=("2 W2 [(x' - x) * x * (1 - x)]",),
    ),
    *spelt(
        "autoencoder.grad_h",
        lambda v: v.W2 @ (2 * v.xp - v.x * v.xp * (1 - v.xp)),
        ascii=("W2 @ (2*xp - x*xp*(1-xp))",),
    ),
    *spelt(
        "autoencoder.grad_h",
        lambda v: (v.W2 * v.W2) @ v.grad_z2,
        index=("dh_i = sum_j W2[i,j]^2 * dz2[j]",),
    ),
    *spelt(
        "autoencoder.grad_h",
        lambda v: np.sum(v.W2, axis=1, keepdims=True) * np.sum(v.grad_z2),
        index=(
            (
                r"\frac{\partial J}{\partial h_i} = \sum_{j=1}^N W_{2,ij} \sum_{k=1}^N "
                r"\frac{\partial "
                r"J}{\partial z_{2,k}}"
            ),
        ),
    ),
    *spelt(
        "autoencoder.grad_h",
        lambda v: np.sum(v.W2, axis=1, keepdims=True),
        index=(r"\frac{\partial J}{\partial h_i} = \sum_j W_{2,ij}",),
    ),
    *spelt(
        "autoencoder.grad_h",
        lambda v: v.W2.T @ v.grad_z2,
        ascii=("W2^T grad_z2", "W2.T @ (2*(xp-x)*xp*(1-xp))"),
        matlab=("W2'*dz2;",),
        unicode=("W₂ᵀ ∇z₂",),
        latex=(r"\frac{\partial J}{\partial h} = W_2^T \frac{\partial J}{\partial z_2}",),
    ),
    *spelt(
        "autoencoder.grad_h",
        lambda v: v.grad_z2.T @ v.W2,
        "shape_mismatch",
        numpy=("grad_z2.T @ W2",),
    ),
)

BEFORE_RELU = (
    *spelt(
        "autoencoder.grad_z1",
        lambda v: v.grad_h,
        "relu_mask_omitted",
        ascii=("grad_h", "W2 (2 (x'-x) x' (1-x'))"),
        numpy=("W2 @ dz2",),
        unicode=("∂J/∂z₁ = W₂ ∂J/∂z₂",),
        latex=(
            r"\frac{\partial J}{\partial z_1} = W_2 \left(2(x'-x)\odot x'\odot(1-x')\right)",
            r"\nabla_h J",
        ),
        index=(
            (
                r"\frac{\partial J}{\partial z_{1,i}} = \sum_j W_{2,ij} \frac{\partial J}"
                r"{\partial z_{2,j}}"
            ),
        ),
    ),
    *spelt(
        "autoencoder.grad_z1",
        lambda v: -v.grad_z1,
        "sign_error",
        ascii=("-grad_h * (h > 0)",),
        latex=(r"-\frac{\partial J}{\partial h} \odot \mathbb{1}[z_1 > 0]",),
    ),
    *spelt(
        "autoencoder.grad_z1",
        lambda v: v.grad_h * (v.z1 < 0),
        ascii=("grad_h * (z1 < 0)",),
        unicode=("∇h ⊙ 𝟙[z₁ < 0]",),
        numpy=("np.where(z1 > 0, 0, grad_h)",),
        latex=(
            (
                r"\frac{\partial J}{\partial h} \odot \begin{cases} 0 & z_1 > 0 \\ 1 & z_1 \le 0 "
                r"\end{cases}"
            ),
        ),
    ),
    *spelt(
        "autoencoder.grad_z1",
        lambda v: v.grad_h * v.h,
        ascii=("grad_h * h",),
        unicode=("∂J/∂h ⊙ h",),
        functions=("grad_h * relu(z1)", "(W2 grad_z2) .* max(0, z1)"),
        latex=(r"\frac{\partial J}{\partial h} \odot \mathrm{ReLU}(z_1)",),
    ),
    *spelt(
        "autoencoder.grad_z1",
        lambda v: v.grad_h * (v.grad_h > 0),
        ascii=("grad_h * (grad_h > 0)",),
        functions=("relu(grad_h)", "max(0, W2 grad_z2)"),
    ),
    *spelt(
        "autoencoder.grad_z1",
        lambda v: v.grad_h * v.h * (1 - v.h),
        ascii=("grad_h * h * (1 - h)",),
        latex=(r"\nabla_h J \odot h \odot (1-h)",),
    ),
    *spelt(
        "autoencoder.grad_z1",
        lambda v: v.grad_h * slope(sigmoid(v.z1)),
        functions=("grad_h * sigmoid'(z1)",),
        unicode=("(W₂ ∇z₂) ⊙ σ′(z₁)",),
    ),
    *spelt(
        "autoencoder.grad_z1",
        lambda v: 1.0 * (v.z1 > 0),
        unicode=("𝟙[z₁ > 0]",),
        functions=("relu'(z1)",),
    ),
    *spelt(
        "autoencoder.grad_z1",
        lambda v: v.grad_h + (v.z1 > 0),
        ascii=("grad_h + (z1 > 0)",),
    ),
    *spelt(
        "autoencoder.grad_z1",
        lambda v: (v.W2 @ v.grad_xp) * (v.h > 0),
        "sigmoid_derivative_omitted",
        ascii=("(W2 (2 (x' - x))) * (h > 0)",),
        latex=(r"\left(2 W_2 (x'-x)\right) \odot \mathbb{1}\{h>0\}",),
    ),
    *spelt(
        "autoencoder.grad_z1",
        lambda v: v.grad_h * (v.W1.T @ v.x > 0),
        ascii=("grad_h * (W1^T x > 0)",),
        latex=(r"\nabla_h J \odot \mathbb{1}[W_1^T x > 0]",),
    ),
    *spelt(
        "autoencoder.grad_z1",
        lambda v: v.grad_h * (v.z1 > 1),
        ascii=("grad_h * (z1 > 1)",),
    ),
    *spelt(
        "autoencoder.grad_z1",
        lambda v: v.W2 @ (v.grad_z2 * (v.z2 > 0)),
        ascii=("W2 (grad_z2 * (z2 > 0))",),
        functions=("W2 (grad_z2 ⊙ ReLU'(z2))",),
    ),
)

HIDDEN_LAYER = (*HIDDEN, *BEFORE_RELU)
