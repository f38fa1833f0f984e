"""The route of a student: the deconvolution as two 4 x 16 matrices, and nine sums a kernel.

Each row of the matrix belongs to one pixel of a channel's 2 x 2 input and holds the kernel,
row by row, where that pixel is stamped on the 4 x 4 image. So the matrix of the kernel as printed
is that of the convention `transposed`; `cross_correlation` stamps the kernel turned by 180 degrees,
so there the matrix is made of the turned kernel, and the nine sums give the turned gradient.
"""

from __future__ import annotations

import numpy as np
import pytest
from assignment_values import ALL_WAYS, ASSIGNMENT, GAN, gan_draw, name_of

from reference.graph import evaluate

ROW_MAJOR_WAYS = [way for way in ALL_WAYS if way["flatten"] == "row_major"]
ROUTES = pytest.mark.parametrize("way", ROW_MAJOR_WAYS, ids=name_of)

NINE_SUMS = {
    (0, 0): [(0, 0), (1, 1), (2, 4), (3, 5)],
    (0, 1): [(0, 1), (1, 2), (2, 5), (3, 6)],
    (0, 2): [(0, 2), (1, 3), (2, 6), (3, 7)],
    (1, 0): [(0, 4), (1, 5), (2, 8), (3, 9)],
    (1, 1): [(0, 5), (1, 6), (2, 9), (3, 10)],
    (1, 2): [(0, 6), (1, 7), (2, 10), (3, 11)],
    (2, 0): [(0, 8), (1, 9), (2, 12), (3, 13)],
    (2, 1): [(0, 9), (1, 10), (2, 13), (3, 14)],
    (2, 2): [(0, 10), (1, 11), (2, 14), (3, 15)],
}
"""For each entry of the kernel, the entries of the matrix that hold it."""


def matrix_of(w):
    """The 4 x 16 matrix of a kernel, as the student wrote it down."""
    (a, b, c), (d, e, f), (g, h, i) = w
    return np.array(
        [
            [a, b, c, 0, d, e, f, 0, g, h, i, 0, 0, 0, 0, 0],
            [0, a, b, c, 0, d, e, f, 0, g, h, i, 0, 0, 0, 0],
            [0, 0, 0, 0, a, b, c, 0, d, e, f, 0, g, h, i, 0],
            [0, 0, 0, 0, 0, a, b, c, 0, d, e, f, 0, g, h, i],
        ]
    )


def gathered(grad_matrix):
    """The gradient of a kernel from that of its matrix: nine sums of four."""
    grad_kernel = np.zeros((3, 3))
    for entry, places in NINE_SUMS.items():
        first, second, third, fourth = places
        grad_kernel[entry] = (
            grad_matrix[first] + grad_matrix[second] + grad_matrix[third] + grad_matrix[fourth]
        )
    return grad_kernel


def turned(kernel, way):
    """The kernel as it is stamped: as printed, or turned by 180 degrees."""
    return kernel if way["deconv"] == "transposed" else kernel[::-1, ::-1]


def values_for(way):
    return [ASSIGNMENT, gan_draw(way, seed=5), gan_draw(way, seed=6, units_off=False)]


def through_relu(found):
    """The gradient before the image's ReLU, flattened: 0 where a pixel is off."""
    return np.where(found["H2"] > 0, found["grad_H2"], 0.0)


def test_the_nine_sums_gather_each_entry_of_the_matrix_once():
    kernel = np.arange(1.0, 10.0).reshape(3, 3)
    for entry, places in NINE_SUMS.items():
        assert [matrix_of(kernel)[place] for place in places] == [kernel[entry]] * 4
    held = [place for places in NINE_SUMS.values() for place in places]
    assert sorted(held) == sorted(zip(*np.nonzero(matrix_of(kernel)), strict=True))


@ROUTES
def test_the_image_is_the_two_matrices_times_the_two_channels(way):
    for values in values_for(way):
        found = evaluate(GAN.graph(way), values)
        c1, c2 = (matrix_of(turned(kernel, way)) for kernel in values["w1"])
        first, second = (channel.reshape(4) for channel in found["h1"])
        flat = c1.T @ first + c2.T @ second + values["b1"].reshape(16)
        np.testing.assert_allclose(found["H2"], np.maximum(flat, 0), rtol=1e-12, atol=1e-15)


def test_the_matrices_of_the_kernels_as_printed_are_those_of_transposed_alone():
    c1, c2 = (matrix_of(kernel) for kernel in ASSIGNMENT["w1"])
    agrees = {}
    for deconv in ("transposed", "cross_correlation"):
        found = evaluate(GAN.graph({"deconv": deconv}), ASSIGNMENT)
        first, second = (channel.reshape(4) for channel in found["h1"])
        flat = c1.T @ first + c2.T @ second + ASSIGNMENT["b1"].reshape(16)
        agrees[deconv] = np.allclose(found["H2"], flat)
    assert agrees == {"transposed": True, "cross_correlation": False}


@ROUTES
def test_the_kernels_gradient_is_gathered_from_that_of_their_matrices(way):
    for values in values_for(way):
        found = evaluate(GAN.graph(way), values)
        image_gradient = through_relu(found)
        for channel in range(2):
            # H2[i] = sum_k C[k, i] h1[k], so each column of the gradient is h1 times a number
            pixels = found["h1"][channel].reshape(4)
            columns = [pixels * image_gradient[i] for i in range(16)]
            expected = turned(gathered(np.column_stack(columns)), way)
            np.testing.assert_allclose(
                found["grad_w1"][channel], expected, rtol=1e-12, atol=1e-20, err_msg=channel
            )


@ROUTES
def test_the_gradient_of_h1_is_the_matrices_times_that_of_the_image(way):
    for values in values_for(way):
        found = evaluate(GAN.graph(way), values)
        for channel, kernel in enumerate(values["w1"]):
            expected = matrix_of(turned(kernel, way)) @ through_relu(found)
            np.testing.assert_allclose(
                found["grad_h1"][channel].reshape(4), expected, rtol=1e-11, atol=1e-19
            )


@ROUTES
def test_the_rows_of_the_gradient_of_w0_are_z_where_the_unit_is_on(way):
    for values in values_for(way):
        found = evaluate(GAN.graph(way), values)
        for i in range(8):
            on = found["h0"][i] > 0
            expected = values["z"] * found["grad_h0"][i] if on else np.zeros(2)
            np.testing.assert_allclose(found["grad_w0"][i], expected, rtol=1e-15, err_msg=str(i))


def test_the_gradient_of_h0_is_the_two_channels_of_that_of_h1_one_after_the_other():
    found = evaluate(GAN.graph(), ASSIGNMENT)
    stacked = np.concatenate([channel.reshape(4) for channel in found["grad_h1"]])
    np.testing.assert_array_equal(found["grad_h0"], stacked)


@ROUTES
def test_the_gradient_of_the_image_is_the_students_formula(way):
    for values in values_for(way):
        found = evaluate(GAN.graph(way), values)
        p = found["p"]
        grad_p = {"minimize_nll": -1 / p, "maximize_log_p": 1 / p}[way["objective"]]
        np.testing.assert_allclose(found["grad_p"], grad_p, rtol=1e-14)
        np.testing.assert_allclose(
            found["grad_H2"], values["w2"] * p * (1 - p) * grad_p, rtol=1e-12, atol=1e-20
        )
        np.testing.assert_array_equal(found["grad_h2"], found["grad_H2"].reshape(4, 4))
