"""What a step through latents spends its time in, compiled by Numba for a processor's vector units: soft rounding, a
context network's rate, doublings, a perceptron on every pixel and a 3x3 convolution, with gradients, written out.

Matrices here have few rows, and all is done block by block of columns, whose activations stay in a core's cache: half
the time of torch's best (docs/log.md). Who calls a kernel has torch's form too, for other devices.

All arrays are float32; gradients are added to what is there. Sums over a block are float32, over blocks float64. Numba
keeps what it compiled beside this file, and looks at this file alone to see whether that is still true: numbers and
functions of other modules come as arguments.
"""

import math

import numpy as np
from numba import njit

BLOCK = 256
"""Columns at once."""
_ZERO, _HALF, _ONE = np.float32(0), np.float32(0.5), np.float32(1)
_LOG_2, _LOG2_E = np.float32(math.log(2)), np.float32(1 / math.log(2))


def _compiled(function):
    options = {"nogil": True, "error_model": "numpy", "fastmath": {"reassoc", "contract", "arcp", "nsz"}}
    try:
        return njit(cache=True, **options)(function)
    except RuntimeError:  # neither beside this file nor in the user's cache may anything be written
        return njit(**options)(function)


@_compiled
def _block(rows):
    return np.empty((rows, BLOCK), np.float32)


@_compiled
def _row(columns):
    return np.empty(columns, np.float32)


@_compiled
def _affine(weights, inputs, outputs, n):
    """outputs = weights @ inputs + the last column of weights."""
    for row in range(len(outputs)):
        outputs[row, :n] = weights[row, len(inputs)]
    _add_product(weights, inputs, outputs, n)


@_compiled
def _add_product(weights, inputs, outputs, n):
    """outputs += weights @ inputs, four terms at once: what is summed is loaded and stored a quarter as often."""
    count = len(inputs)
    for row in range(len(outputs)):
        into = outputs[row]
        for k in range(0, count - 3, 4):
            w0, w1, w2, w3 = weights[row, k], weights[row, k + 1], weights[row, k + 2], weights[row, k + 3]
            x0, x1, x2, x3 = inputs[k], inputs[k + 1], inputs[k + 2], inputs[k + 3]
            for c in range(n):
                into[c] += w0 * x0[c] + w1 * x1[c] + w2 * x2[c] + w3 * x3[c]
        for k in range(count - count % 4, count):
            w0, x0 = weights[row, k], inputs[k]
            for c in range(n):
                into[c] += w0 * x0[c]


@_compiled
def _add_outer(left, right, sums, n):
    """sums += left @ right.T, and in a last column, if there is one more, left's own sums."""
    count = len(right)
    for row in range(len(left)):
        of = left[row]
        for k in range(0, count - 3, 4):
            x0, x1, x2, x3 = right[k], right[k + 1], right[k + 2], right[k + 3]
            s0, s1, s2, s3 = _ZERO, _ZERO, _ZERO, _ZERO
            for c in range(n):
                s0 += of[c] * x0[c]
                s1 += of[c] * x1[c]
                s2 += of[c] * x2[c]
                s3 += of[c] * x3[c]
            sums[row, k] += s0
            sums[row, k + 1] += s1
            sums[row, k + 2] += s2
            sums[row, k + 3] += s3
        for k in range(count - count % 4, count):
            s0, x0 = _ZERO, right[k]
            for c in range(n):
                s0 += of[c] * x0[c]
            sums[row, k] += s0
        if sums.shape[1] > count:
            s0 = _ZERO
            for c in range(n):
                s0 += of[c]
            sums[row, count] += s0


@_compiled
def _rectify(values, n):
    for row in range(len(values)):
        of = values[row]
        for c in range(n):
            of[c] = max(of[c], _ZERO)


@_compiled
def _where_active(gradients, activations, n):
    """Gradients of a rectified layer's sums, in place of those of its activations."""
    for row in range(len(gradients)):
        of, active = gradients[row], activations[row]
        for c in range(n):
            of[c] = of[c] if active[c] > _ZERO else _ZERO


@_compiled
def _exp2(values, whole, power, n):
    """2**values, in place, for -126..126, to float32's precision.

    `power` is the memory of the integers `whole` as float32: whole + 127 in a float's exponent is 2**whole.
    """
    for c in range(n):
        nearest = np.floor(values[c] + _HALF)
        whole[c] = (np.int32(nearest) + np.int32(127)) << np.int32(23)
        x = values[c] - nearest
        # The least relative error over -1/2..1/2 that six coefficients have, constant 1.
        y = np.float32(1.5403530e-4) * x + np.float32(1.3333558e-3)
        y = y * x + np.float32(9.6181291e-3)
        y = y * x + np.float32(5.5504109e-2)
        y = y * x + np.float32(2.4022651e-1)
        y = y * x + np.float32(6.9314718e-1)
        values[c] = y * x + _ONE
    for c in range(n):
        values[c] *= power[c]


@_compiled
def perceptron(inputs, first, output, linear, results):
    """results = output @ relu(first @ inputs) + linear @ inputs; last columns of first and linear are added."""
    some, neurons, into = _block(len(inputs)), _block(len(first)), _block(len(output))
    for start in range(0, inputs.shape[1], BLOCK):
        n = min(BLOCK, inputs.shape[1] - start)
        some[:, :n] = inputs[:, start : start + n]
        _affine(first, some, neurons, n)
        _rectify(neurons, n)
        _affine(linear, some, into, n)
        _add_product(output, neurons, into, n)
        results[:, start : start + n] = into[:, :n]


@_compiled
def perceptron_gradients(inputs, first, output, linear, of_results, of_inputs, of_first, of_output, of_linear):
    """What `perceptron` has for gradients; its neurons are not kept but computed again."""
    count = len(inputs)
    first_t, output_t, linear_t = first.T.copy()[:count], output.T.copy(), linear.T.copy()[:count]
    some, neurons, of = _block(count), _block(len(first)), _block(len(output))
    of_some, of_neurons = _block(count), _block(len(first))
    for start in range(0, inputs.shape[1], BLOCK):
        n = min(BLOCK, inputs.shape[1] - start)
        some[:, :n] = inputs[:, start : start + n]
        of[:, :n] = of_results[:, start : start + n]
        _affine(first, some, neurons, n)
        _rectify(neurons, n)
        _add_outer(of, neurons, of_output, n)
        _add_outer(of, some, of_linear, n)
        of_neurons[:, :n] = _ZERO
        _add_product(output_t, of, of_neurons, n)
        _where_active(of_neurons, neurons, n)
        _add_outer(of_neurons, some, of_first, n)
        of_some[:, :n] = _ZERO
        _add_product(first_t, of_neurons, of_some, n)
        _add_product(linear_t, of, of_some, n)
        of_inputs[:, start : start + n] = of_some[:, :n]


@_compiled
def _padded(values, before, into):
    """A row, with its first and last values before and after it."""
    end = before + len(values)
    into[:before], into[before:end], into[end:] = values[0], values, values[-1]


@_compiled
def _folded(of_padded, before, into):
    """Gradients by a row, added to, from those by what `_padded` made of it."""
    count, inside = len(into), of_padded[before:]
    for c in range(count):
        into[c] += inside[c]
    into[0] += of_padded[:before].sum()
    into[-1] += inside[count:].sum()


@_compiled
def convolution(planes, kernel, top, left, results):
    """results (outputs, rows, columns) = kernel (outputs, 9 planes; place by place) * planes.

    top, left: how many rows and columns those behind the first result begin before what there is; there, and at the
    end, the border goes on.
    """
    count, (outputs, rows, columns) = len(planes), results.shape
    x = _row(columns + 2)
    results[:] = _ZERO
    for row in range(rows):
        for dy in range(3):
            behind = min(max(row + dy - top, 0), planes.shape[1] - 1)
            for plane in range(count):
                _padded(planes[plane, behind], left, x)
                for o in range(outputs):
                    k, into = 3 * dy * count + plane, results[o, row]
                    w0, w1, w2 = kernel[o, k], kernel[o, k + count], kernel[o, k + 2 * count]
                    for c in range(columns):
                        into[c] += w0 * x[c] + w1 * x[c + 1] + w2 * x[c + 2]


@_compiled
def convolution_gradients(planes, kernel, top, left, of_results, of_planes, of_kernel):
    """What `convolution` has for gradients."""
    count, (outputs, rows, columns) = len(planes), of_results.shape
    x, of_x = _row(columns + 2), _row(columns + 2)
    for row in range(rows):
        for dy in range(3):
            behind = min(max(row + dy - top, 0), planes.shape[1] - 1)
            for plane in range(count):
                _padded(planes[plane, behind], left, x)
                of_x[:] = _ZERO
                for o in range(outputs):
                    k, of = 3 * dy * count + plane, of_results[o, row]
                    w0, w1, w2 = kernel[o, k], kernel[o, k + count], kernel[o, k + 2 * count]
                    s0, s1, s2 = _ZERO, _ZERO, _ZERO
                    for c in range(columns):
                        s0 += of[c] * x[c]
                        s1 += of[c] * x[c + 1]
                        s2 += of[c] * x[c + 2]
                    of_kernel[o, k] += s0
                    of_kernel[o, k + count] += s1
                    of_kernel[o, k + 2 * count] += s2
                    for c in range(columns):
                        of_x[c] += w0 * of[c]
                    for c in range(columns):
                        of_x[c + 1] += w1 * of[c]
                    for c in range(columns):
                        of_x[c + 2] += w2 * of[c]
                _folded(of_x, left, of_planes[plane, behind])


@_compiled
def _behind(place, k, first, before, count):
    """Which of `count` samples has tap k of a doubled one: odd places have the taps mirrored, the border goes on.

    first: of the places, in all there are. before: how many samples those behind the first begin before what there is.
    """
    half, odd = divmod(place + first % 2, 2)
    return min(max(half - before + (4 - k if odd else k), 0), count - 1)


@_compiled
def doubled_rows(planes, taps, first, before, results):
    """results (planes, rows, columns): every row a sum of four of `planes`', see `operations.upsampling`."""
    for plane in range(len(results)):
        for row in range(results.shape[1]):
            into = results[plane, row]
            into[:] = _ZERO
            for k in range(4):
                tap, x = taps[k], planes[plane, _behind(row, k, first, before, planes.shape[1])]
                for c in range(len(into)):
                    into[c] += tap * x[c]


@_compiled
def doubled_rows_gradients(planes, taps, first, before, of_results, of_planes, of_taps):
    """What `doubled_rows` has for gradients."""
    for plane in range(len(of_results)):
        for row in range(of_results.shape[1]):
            of = of_results[plane, row]
            for k in range(4):
                behind = _behind(row, k, first, before, planes.shape[1])
                tap, sums, x, into = taps[k], _ZERO, planes[plane, behind], of_planes[plane, behind]
                for c in range(len(of)):
                    sums += of[c] * x[c]
                for c in range(len(of)):
                    into[c] += tap * of[c]
                of_taps[k] += sums


@_compiled
def doubled_columns(planes, taps, first, before, results):
    """`doubled_rows`, of columns."""
    columns, odd = results.shape[2], first % 2
    halves = (columns + odd + 1) // 2
    x, even_half, odd_half = _row(halves + 4), _row(halves), _row(halves)
    t0, t1, t2, t3 = taps[0], taps[1], taps[2], taps[3]
    even_left, odd_left = even_half[odd:], odd_half[odd:]
    for plane in range(len(results)):
        for row in range(results.shape[1]):
            _padded(planes[plane, row], before, x)
            for c in range(halves):
                even_half[c] = t0 * x[c] + t1 * x[c + 1] + t2 * x[c + 2] + t3 * x[c + 3]
                odd_half[c] = t0 * x[c + 4] + t1 * x[c + 3] + t2 * x[c + 2] + t3 * x[c + 1]
            into = results[plane, row]
            if odd:
                into[0] = odd_half[0]
            if (columns + odd) % 2:
                into[-1] = even_half[-1]
            pairs = into[odd:]
            for c in range((columns - odd) // 2):
                pairs[2 * c] = even_left[c]
                pairs[2 * c + 1] = odd_left[c]


@_compiled
def doubled_columns_gradients(planes, taps, first, before, of_results, of_planes, of_taps):
    """What `doubled_columns` has for gradients."""
    columns, odd = of_results.shape[2], first % 2
    halves = (columns + odd + 1) // 2
    x, of_x, even_half, odd_half = _row(halves + 4), _row(halves + 4), _row(halves), _row(halves)
    even_left, odd_left = even_half[odd:], odd_half[odd:]
    for plane in range(len(of_results)):
        for row in range(of_results.shape[1]):
            of, into = of_results[plane, row], of_planes[plane, row]
            _padded(planes[plane, row], before, x)
            even_half[0], even_half[-1], odd_half[0], odd_half[-1] = _ZERO, _ZERO, _ZERO, _ZERO
            if odd:
                odd_half[0] = of[0]
            if (columns + odd) % 2:
                even_half[-1] = of[-1]
            pairs = of[odd:]
            for c in range((columns - odd) // 2):
                even_left[c] = pairs[2 * c]
                odd_left[c] = pairs[2 * c + 1]
            of_x[:] = _ZERO
            for k in range(4):
                tap, sums = taps[k], _ZERO
                behind_even, behind_odd, of_even, of_odd = x[k:], x[4 - k :], of_x[k:], of_x[4 - k :]
                for c in range(halves):
                    sums += even_half[c] * behind_even[c] + odd_half[c] * behind_odd[c]
                for c in range(halves):
                    of_even[c] += tap * even_half[c]
                for c in range(halves):
                    of_odd[c] += tap * odd_half[c]
                of_taps[k] += sums
            _folded(of_x, before, into)


@_compiled
def _see(grid, places, row, start, context, n):
    """A block's neighbours, from a grid with a margin; the first of places is the latent itself, and left out."""
    for k in range(len(context)):
        at, left = row + places[k + 1, 0], start + places[k + 1, 1]
        context[k, :n] = grid[at, left : left + n]


@_compiled
def _outputs(first, second, output, linear, context, one, two, outputs, n):
    """Both layers of a context network, means and log2 of the scales."""
    _affine(first, context, one, n)
    _rectify(one, n)
    _affine(second, one, two, n)
    _rectify(two, n)
    _affine(linear, context, outputs, n)
    _add_product(output, two, outputs, n)


@_compiled
def _probabilities(symbols, outputs, limits, of, whole, power, n):
    """Of unit intervals around symbols under Laplace distributions: `of` gets them and what they were found from.

    With u and v the distances of an interval's ends from the mean in scales, v the further one, it is (exp(-u) -
    exp(-v)) / 2 where u >= 0, else 1 - (exp(u) + exp(-v)) / 2; and something is added.
    """
    probability, inverse, near, far, of_near, of_far = of[0], of[1], of[2], of[3], of[4], of[5]
    smallest_log2_scale, least, largest = limits
    for c in range(n):
        inverse[c] = -min(max(outputs[1, c], smallest_log2_scale), -smallest_log2_scale)
    _exp2(inverse, whole, power, n)
    for c in range(n):
        scaled, half = abs(symbols[c] - outputs[0, c]) * inverse[c], _HALF * inverse[c]
        near[c], far[c] = scaled - half, scaled + half
        of_near[c] = -min(abs(near[c]) * _LOG2_E, largest)
        of_far[c] = -min(far[c] * _LOG2_E, largest)
    _exp2(of_near, whole, power, n)
    _exp2(of_far, whole, power, n)
    for c in range(n):
        of_near[c] *= _HALF
        of_far[c] *= _HALF
        within = of_near[c] if near[c] >= _ZERO else _ONE - of_near[c]
        probability[c] = within - of_far[c] + least


@_compiled
def _gradients_of_bits(symbols, outputs, limits, of, of_outputs, n):
    """By means and by log2 of the scales, which have none where they are at their limits."""
    probability, inverse, near, far, of_near, of_far = of[0], of[1], of[2], of[3], of[4], of[5]
    for c in range(n):
        # d bits / d log(probability) = -1 / (p log 2); a mean moves against its symbol.
        slope, distance = _LOG2_E / probability[c], symbols[c] - outputs[0, c]
        sign = _ONE if distance > _ZERO else (-_ONE if distance < _ZERO else _ZERO)
        of_outputs[0, c] = (of_far[c] - of_near[c]) * inverse[c] * slope * sign
        of_scale = (of_far[c] * far[c] - of_near[c] * near[c]) * slope * _LOG_2
        of_outputs[1, c] = of_scale if abs(outputs[1, c]) <= -limits[0] else _ZERO


@_compiled
def context_rate(
    grid,
    places,
    first,
    second,
    output,
    linear,
    limits,
    probabilities,
    gradients,
    of_grid,
    of_first,
    of_second,
    of_output,
    of_linear,
):
    """`probabilities` (rows, columns) of a grid's latents and, if `gradients`, those of their bits.

    Args:
        grid, of_grid: with a margin, of zeros.
        places: int64 (1 + neighbours, 2), rows and columns of the first latent and of its neighbours.
        limits: of the scales' log2, downwards; what is added to a probability; the largest binary exponent.
    """
    hidden, neighbours = len(first), len(places) - 1
    first_t, second_t, output_t, linear_t = first.T.copy(), second.T.copy(), output.T.copy(), linear.T.copy()
    context, of_context = _block(neighbours), _block(neighbours)
    one, two, of_one, of_two = _block(hidden), _block(hidden), _block(hidden), _block(hidden)
    outputs, of_outputs, of = _block(2), _block(2), _block(6)
    whole = np.empty(BLOCK, np.int32)
    power = whole.view(np.float32)
    rows, columns = probabilities.shape
    for row in range(rows):
        for start in range(0, columns, BLOCK):
            n = min(BLOCK, columns - start)
            _see(grid, places, row, start, context, n)
            at, left = row + places[0, 0], start + places[0, 1]
            symbols = grid[at, left : left + n]
            _outputs(first, second, output, linear, context, one, two, outputs, n)
            _probabilities(symbols, outputs, limits, of, whole, power, n)
            probabilities[row, start : start + n] = of[0, :n]
            if not gradients:
                continue
            _gradients_of_bits(symbols, outputs, limits, of, of_outputs, n)
            of_symbols = of_grid[at, left : left + n]
            for c in range(n):
                of_symbols[c] -= of_outputs[0, c]
            of_two[:, :n] = _ZERO
            of_one[:, :n] = _ZERO
            of_context[:, :n] = _ZERO
            _add_product(output_t, of_outputs, of_two, n)
            _where_active(of_two, two, n)
            _add_product(second_t[:hidden], of_two, of_one, n)
            _where_active(of_one, one, n)
            _add_product(first_t[:neighbours], of_one, of_context, n)
            _add_product(linear_t[:neighbours], of_outputs, of_context, n)
            _add_outer(of_outputs, two, of_output, n)
            _add_outer(of_two, one, of_second, n)
            _add_outer(of_one, context, of_first, n)
            _add_outer(of_outputs, context, of_linear, n)
            for k in range(neighbours):
                at, left = row + places[k + 1, 0], start + places[k + 1, 1]
                into, added = of_grid[at, left : left + n], of_context[k]
                for c in range(n):
                    into[c] += added[c]


@_compiled
def soft_rounded_twice(values, disturbance, numbers, results, slopes):
    """What `fitting.soft_rounding` says; `numbers` are the temperature and how much of the disturbance there is."""
    temperature, noise = numbers
    scale = _HALF / np.float32(math.tanh(0.5 / temperature))
    doubled = np.float32(2 * _LOG2_E / temperature)
    whole, middles, exponentials = np.empty(BLOCK, np.int32), _row(BLOCK), _row(BLOCK)
    power = whole.view(np.float32)
    for start in range(0, len(values), BLOCK):
        n = min(BLOCK, len(values) - start)
        into, slope, some = results[start : start + n], slopes[start : start + n], disturbance[start : start + n]
        into[:] = values[start : start + n]
        slope[:] = _ONE
        for time in range(2):
            for c in range(n):
                middles[c] = np.floor(into[c]) + _HALF
                exponentials[c] = doubled * (into[c] - middles[c])
            _exp2(exponentials, whole, power, n)
            for c in range(n):
                step = _ONE - 2 * _ONE / (exponentials[c] + _ONE)
                slope[c] *= (_ONE - step * step) * (scale / temperature)
                into[c] = middles[c] + scale * step
            if time == 0:
                for c in range(n):
                    into[c] += noise * some[c]
