"""Right answers entry by entry, with free indices and sums."""

import numpy as np
from spelling_rows import spelt

INDEX = (
    *spelt(
        "autoencoder.grad_xp",
        lambda v: 2 * (v.xp - v.x),
        index=(
            "dJ/dx'_j = 2 (x'_j - x_j)",
            r"\frac{\partial J}{\partial x'_j} = -2 (x_j - x'_j)",
            "∂J/∂x′ᵢ = −2(xᵢ − x′ᵢ)",
            "grad_xp[i] = 2*(xp[i] - x[i])",
            r"\frac{\partial J}{\partial \hat{x}_k} = 2(\hat{x}_k - x_k), \quad k = 1, \dots, N",
            r"\frac{\partial J}{\partial x_i'} = 2(x_i' - x_i)",
            r"\begin{bmatrix} 2(x'_1 - x_1) \\ \vdots \\ 2(x'_N - x_N) \end{bmatrix}",
        ),
    ),
    *spelt(
        "autoencoder.grad_z2",
        lambda v: 2 * (v.xp - v.x) * v.xp * (1 - v.xp),
        index=(
            "dz2[j] = 2*(xp[j]-x[j])*xp[j]*(1-xp[j])",
            r"\frac{\partial J}{\partial z_{2,j}} = 2(x'_j - x_j)\, x'_j (1 - x'_j)",
            r"\frac{\partial J}{\partial z_{2j}} = -2 (x_j - x'_j) \sigma'(z_{2j})",
            "∂J/∂z₂ⱼ = 2(x′ⱼ − xⱼ)x′ⱼ(1 − x′ⱼ)",
            "[∇z₂]_i = 2(x'_i - x_i) x'_i (1 - x'_i)",
        ),
    ),
    *spelt(
        "autoencoder.grad_W2",
        lambda v: v.h @ (2 * (v.xp - v.x) * v.xp * (1 - v.xp)).T,
        index=(
            "dW2[i,j] = 2 (x'_j - x_j) x'_j (1 - x'_j) h_i",
            "dW2[i][j] = h[i] * 2*(xp[j] - x[j])*xp[j]*(1 - xp[j])",
            r"\frac{\partial J}{\partial W_{2,ij}} = 2 (x'_j - x_j) x'_j (1 - x'_j) h_i",
            r"\frac{\partial J}{\partial W_{2_{ij}}} = -2 h_i (x_j - x'_j) x'_j (1 - x'_j)",
            (
                r"\left( \frac{\partial J}{\partial W_2} \right)_{ij} = h_i \cdot 2 (x'_j - x_j) "
                r"\sigma'(z_{2,j})"
            ),
            r"[\nabla_{W_2} J]_{ij} = h_i \delta_j, \quad \delta_j = 2(x'_j-x_j)x'_j(1-x'_j)",
            "(dJ/dW2)_ij = -2 h_i (x_j - x'_j) x'_j (1 - x'_j)",
            "∂J/∂W₂[k,l] = 2·h[k]·(x′[l] − x[l])·x′[l]·(1 − x′[l])",
            r"\frac{\partial J}{\partial w^{(2)}_{ij}} = 2(x'_j - x_j)\,x'_j\,(1-x'_j)\,h_i",
            r"\frac{\partial J}{\partial W_2(i,j)} = h_i \frac{\partial J}{\partial z_{2,j}}",
            "dW2_ij = h_i * dz2_j, where dz2_j = 2*(xp_j - x_j)*xp_j*(1 - xp_j)",
            "∂J/∂W₂ᵢⱼ = 2 hᵢ (x′ⱼ − xⱼ) x′ⱼ (1 − x′ⱼ)",
        ),
    ),
    *spelt(
        "autoencoder.grad_b2",
        lambda v: 2 * (v.xp - v.x) * v.xp * (1 - v.xp),
        index=(r"\frac{\partial J}{\partial b_{2,j}} = 2 (x'_j - x_j) x'_j (1 - x'_j)",),
    ),
    *spelt(
        "autoencoder.grad_h",
        lambda v: v.W2 @ (2 * (v.xp - v.x) * v.xp * (1 - v.xp)),
        index=(
            "dh_i = sum_j W2[i,j] * dz2[j]",
            (
                r"\frac{\partial J}{\partial h_i} = \sum_{j=1}^{N} 2(x'_j - x_j) x'_j (1 - x'_j) "
                r"W_{2,ij}"
            ),
            (
                r"\frac{\partial J}{\partial h_i} = \sum_j W_{2,ij} \frac{\partial J}"
                r"{\partial z_{2,j}}"
            ),
            (
                r"\frac{\partial J}{\partial h_k} = -2 \sum_{j=0}^{N-1} (x_j - x'_j) x'_j (1-x'_j) "
                r"(W_2)_{kj}"
            ),
            "∂J/∂hᵢ = Σⱼ 2(x′ⱼ − xⱼ) x′ⱼ (1 − x′ⱼ) W₂[i,j]",
            "dh[i] = sum(W2[i,j]*2*(xp[j]-x[j])*xp[j]*(1-xp[j]) for j in range(N))",
            "dJ/dh_i = Σ_{j=1}^N W2_ij dJ/dz2_j",
        ),
    ),
    *spelt(
        "autoencoder.grad_z1",
        lambda v: (v.W2 @ (2 * (v.xp - v.x) * v.xp * (1 - v.xp))) * (v.z1 > 0),
        index=(
            (
                r"\frac{\partial J}{\partial z_{1,i}} = \mathbb{1}[z_{1,i} > 0] \sum_{j=1}^N "
                r"W_{2,ij}\, 2(x'_j - x_j) x'_j (1-x'_j)"
            ),
            "dz1[i] = (h[i] > 0) * sum_j W2[i,j] dz2[j]",
            (
                r"\frac{\partial J}{\partial z_{1,k}} = \frac{\partial J}{\partial h_k} "
                r"\mathbb{1}[h_k > 0]"
            ),
        ),
    ),
    *spelt(
        "autoencoder.grad_W1",
        lambda v: v.x @ ((v.W2 @ (2 * (v.xp - v.x) * v.xp * (1 - v.xp))) * (v.z1 > 0)).T,
        index=(
            (
                r"\frac{\partial J}{\partial W_{1,ki}} = \sum_{j=1}^{N} 2(x'_j - x_j) x'_j "
                r"(1-x'_j) "
                r"W_{2,ij} \mathbb{1}[h_i>0] x_k"
            ),
            "dW1[i,j] = x_i * (h_j > 0) * sum_k W2[j,k] dz2[k]",
            (
                r"\left[\nabla_{W_1} J\right]_{ij} = x_i \, \mathbb{1}[z_{1,j} > 0] \sum_{k} "
                r"W_{2,jk} \cdot 2(x'_k - x_k) x'_k (1 - x'_k)"
            ),
            r"\frac{\partial J}{\partial (W_1)_{ij}} = x_i \frac{\partial J}{\partial z_{1,j}}",
            "∂J/∂W₁[i,j] = −2 xᵢ 𝟙[hⱼ > 0] Σₖ (xₖ − x′ₖ) x′ₖ (1 − x′ₖ) W₂[j,k]",
            (
                r"\frac{\partial J}{\partial W_{1,ij}} = x_i \, \mathrm{ReLU}'(z_{1,j}) "
                r"\sum_{k=1}^N "
                r"W_{2,jk} \delta_k \quad \text{with} \quad \delta_k = 2(x'_k-x_k)\sigma'(z_{2,k})"
            ),
        ),
    ),
    *spelt(
        "gan.grad_H2",
        lambda v: (1 - v.p) * v.w2,
        index=(
            r"\frac{\partial \log p}{\partial H_{2,k}} = (1-p) w_{2,k}",
            "dH2[k] = (1-p)*w2[k]",
            "∂J/∂H₂[i] = (1 − p) w₂[i]",
        ),
    ),
    *spelt(
        "gan.grad_b0",
        lambda v: v.grad_h0 * (v.h0 > 0),
        index=("db0[k] = grad_h0[k] if h0[k] > 0 else 0",),
    ),
    *spelt(
        "gan.grad_w0",
        lambda v: np.outer(v.grad_h0 * (v.h0 > 0), v.z),
        index=(
            (
                r"\frac{\partial J}{\partial w_{0,ij}} = \frac{\partial J}{\partial h_{0,i}} "
                r"\mathbb{1}[h_{0,i} > 0]\, z_j"
            ),
            "dw0[i,j] = dh0[i] * (h0[i] > 0) * z[j]",
        ),
    ),
)
