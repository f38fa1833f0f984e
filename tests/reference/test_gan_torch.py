"""A second opinion on every value and gradient of the GAN: PyTorch, where it is installed."""

from __future__ import annotations

import numpy as np
import pytest
from assignment_values import ALL_WAYS, ASSIGNMENT, GAN, gan_draw, name_of

from reference.graph import evaluate

torch = pytest.importorskip("torch")
functional = pytest.importorskip("torch.nn.functional")

RESHAPES = {
    "channels_first": lambda h0: h0.reshape(2, 2, 2),
    "channels_last": lambda h0: h0.reshape(2, 2, 2).permute(2, 0, 1),
    "column_major": lambda h0: h0.reshape(2, 2, 2).permute(0, 2, 1),
}
DECONVS = {  # groups=2: each channel has its own kernel and is not yet added to the other
    "cross_correlation": lambda h1, w1: functional.conv2d(
        h1[None], w1[:, None], padding=2, groups=2
    )[0],
    "transposed": lambda h1, w1: functional.conv_transpose2d(h1[None], w1[:, None], groups=2)[0],
}
FLATTENS = {
    "row_major": lambda h2: h2.reshape(16),
    "column_major": lambda h2: h2.permute(1, 0).reshape(16),
}
SIGNS = {"maximize_log_p": 1.0, "minimize_nll": -1.0}


def worked_by_torch(values, way):
    """Every quantity of the GAN as a tensor that keeps its gradient."""
    t = {name: torch.tensor(v, dtype=torch.float64) for name, v in values.items()}
    for tensor in t.values():
        tensor.requires_grad_()
    t["h0"] = torch.relu(t["w0"] @ t["z"] + t["b0"])
    t["h1"] = RESHAPES[way["reshape"]](t["h0"])
    t["c"] = DECONVS[way["deconv"]](t["h1"], t["w1"])
    t["h2"] = torch.relu(t["c"].sum(0) + t["b1"])
    t["H2"] = FLATTENS[way["flatten"]](t["h2"])
    t["m"] = t["w2"] @ t["H2"] + t["b2"]
    t["p"] = torch.sigmoid(t["m"])
    for tensor in t.values():
        tensor.retain_grad()
    (SIGNS[way["objective"]] * torch.log(t["p"])).backward()
    return t


@pytest.mark.parametrize("way", ALL_WAYS, ids=name_of)
@pytest.mark.parametrize("at", ["assignment", "random", "random_all_on"])
def test_every_value_and_gradient_is_that_of_autograd(way, at):
    values = ASSIGNMENT if at == "assignment" else gan_draw(way, seed=11, units_off=at == "random")
    obtained = evaluate(GAN.graph(way), values)
    for name, tensor in worked_by_torch(values, way).items():
        for key, expected in ((name, tensor.detach()), (f"grad_{name}", tensor.grad)):
            assert obtained[key].shape == tuple(expected.shape), key
            np.testing.assert_allclose(
                obtained[key], expected.numpy(), rtol=1e-9, atol=1e-16, err_msg=key
            )


def test_transposed_is_the_layer_of_that_name():
    layer = torch.nn.ConvTranspose2d(2, 1, 3, bias=False, dtype=torch.float64)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor(ASSIGNMENT["w1"])[:, None])
    values = evaluate(GAN.graph({"deconv": "transposed"}), ASSIGNMENT)
    expected = layer(torch.tensor(values["h1"])[None])[0, 0].detach().numpy()
    np.testing.assert_allclose(values["s"], expected, rtol=1e-14)


def test_cross_correlation_is_the_convolution_layer_with_padding_two():
    layer = torch.nn.Conv2d(2, 1, 3, padding=2, bias=False, dtype=torch.float64)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor(ASSIGNMENT["w1"])[None])
    values = evaluate(GAN.graph({"deconv": "cross_correlation"}), ASSIGNMENT)
    expected = layer(torch.tensor(values["h1"])[None])[0, 0].detach().numpy()
    np.testing.assert_allclose(values["s"], expected, rtol=1e-14)
