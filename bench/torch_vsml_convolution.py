#!/usr/bin/env python3
"""Convolutional VSML in PyTorch, to time beside the engines on one machine.

A convolution (N=16, N'=N''=8, two micro ticks, zero padding, states averaged over positions) below a
dense layer to the classes, online, error fed back, over episodes of T examples side by side; forward
only, and forward plus the exact gradient of the mean cross-entropy with respect to V_M. It uses the same
savings as the engines: messages are projected once for each patch entry and once for each output, h is
projected once for each kernel state (all positions start a tick from the same), and outgoing messages
are projected after the mean.

  apt-get install python3-torch
  /usr/bin/python3 bench/torch_vsml_convolution.py --inputs 784 --outputs 10 --batch 2 --examples 10
"""
import argparse
import statistics
import time

import torch
import torch.nn.functional as F

N, M, TICKS = 16, 8, 2


def weights(generator):
    def normal(*shape):
        return (torch.randn(*shape, generator=generator) / 32 ** 0.5).requires_grad_()

    return {
        'w_f': normal(M, 4 * N), 'w_b': normal(M, 4 * N), 'w_h': normal(N, 4 * N),
        'bias': torch.zeros(4 * N, requires_grad=True),
        'fwd_w': normal(N, M), 'fwd_b': torch.zeros(M, requires_grad=True),
        'bwd_w': normal(N, M), 'bwd_b': torch.zeros(M, requires_grad=True),
    }


class Convolution:
    """Messages are [E, H, W, channels, M]; states [E, A, B, N], A ordered kernel row, column, channel."""

    def __init__(self, height, width, channels, kernel, stride, outputs):
        self.shape = (height, width, channels)
        self.kernel, self.stride = kernel, stride
        self.a, self.b = kernel * kernel * channels, outputs
        self.out = (-(-height // stride), -(-width // stride), outputs)
        self.positions = self.out[0] * self.out[1]

    def patches(self, m):
        e, channels = m.shape[0], m.shape[-1]
        height, width, inputs = self.shape
        x = m.reshape(e, height, width, inputs, channels).permute(0, 4, 3, 1, 2)
        u = F.unfold(x.reshape(e, channels * inputs, height, width), self.kernel,
                     padding=self.kernel // 2, stride=self.stride)
        u = u.reshape(e, channels, inputs, self.kernel ** 2, self.positions)
        return u.permute(0, 4, 3, 2, 1).reshape(e, self.positions, self.a, channels)

    def messages_down(self, m):
        """What every kernel entry sends down at every position, added up in its pixel, over k²."""
        e, channels = m.shape[0], m.shape[-1]
        height, width, inputs = self.shape
        u = m.reshape(e, self.positions, self.kernel ** 2, inputs, channels).permute(0, 4, 3, 2, 1)
        x = F.fold(u.reshape(e, -1, self.positions), (height, width), self.kernel,
                   padding=self.kernel // 2, stride=self.stride) / self.kernel ** 2
        x = x.reshape(e, channels, inputs, height, width)
        return x.permute(0, 3, 4, 2, 1).reshape(e, height * width * inputs, channels)


class Dense:
    """A convolution with one position, whose patch is everything."""

    def __init__(self, inputs, outputs):
        self.a, self.b, self.positions = inputs, outputs, 1

    def patches(self, m):
        return m.unsqueeze(1)

    def messages_down(self, m):
        return m.squeeze(1)


def run_layer(layer, v, state, m_f, m_b, down):
    """Micro ticks, then the forward and, if anyone reads it, the backward message."""
    h, c = state
    e = h.shape[0]
    x = layer.patches(m_f)
    x = (x @ v['w_f'][:x.shape[-1]] + v['bias']).unsqueeze(3)
    b = m_b.reshape(e, layer.positions, 1, layer.b, -1)
    x = x + b @ v['w_b'][:b.shape[-1]]
    for _ in range(TICKS):
        i, g, f, o = ((h @ v['w_h']).unsqueeze(1) + x).split(N, -1)
        cells = torch.sigmoid(f + 5) * c.unsqueeze(1) + torch.sigmoid(i - 5) * torch.tanh(g)
        hidden = torch.sigmoid(o) * torch.tanh(cells)
        h, c = hidden.mean(1), cells.mean(1)
    up = (hidden.mean(2) @ v['fwd_w'] + v['fwd_b']).reshape(e, -1, M)
    below = layer.messages_down(hidden.mean(3) @ v['bwd_w'] + v['bwd_b']) if down else None
    return (h, c), up, below


def episode(layers, v, states, inputs, labels, classes):
    """Logits [T, E, classes] and the states after it. Inputs [T, E, pixels], labels [T, E]."""
    conv, dense = layers
    states = list(states)
    e = inputs.shape[1]
    below = torch.zeros(e, dense.a, M)
    error = torch.zeros(e, classes, 1)
    logits = []
    for x, y in zip(inputs, labels):
        states[0], up, _ = run_layer(conv, v, states[0], x.unsqueeze(-1), below, False)
        states[1], up, below = run_layer(dense, v, states[1], up, error, True)
        out = 100 * torch.tanh(up[..., 1] / 100)
        logits.append(out)
        error = (torch.softmax(out, -1) - F.one_hot(y, classes)).unsqueeze(-1)
    return torch.stack(logits), states


def main():
    p = argparse.ArgumentParser()
    p.add_argument('--inputs', type=int, default=784, help='pixels of a square image')
    p.add_argument('--outputs', type=int, default=10)
    p.add_argument('--kernel', type=int, default=3)
    p.add_argument('--stride', type=int, default=2)
    p.add_argument('--channels', type=int, default=8)
    p.add_argument('--batch', type=int, default=2)
    p.add_argument('--examples', type=int, default=10)
    p.add_argument('--threads', type=int, default=2)
    p.add_argument('--repeats', type=int, default=7)
    a = p.parse_args()
    torch.set_num_threads(a.threads)
    generator = torch.Generator().manual_seed(0)
    side = round(a.inputs ** 0.5)
    if side * side != a.inputs:
        p.error('--inputs must be a square number')
    conv = Convolution(side, side, 1, a.kernel, a.stride, a.channels)
    dense = Dense(conv.positions * a.channels, a.outputs)
    v = weights(generator)
    inputs = torch.randn(a.examples, a.batch, a.inputs, generator=generator)
    labels = torch.randint(0, a.outputs, (a.examples, a.batch), generator=generator)

    def one(gradient):
        states = [(torch.zeros(a.batch, layer.a, layer.b, N),
                   torch.randn(a.batch, layer.a, layer.b, N, generator=generator))
                  for layer in (conv, dense)]
        logits, _ = episode((conv, dense), v, states, inputs, labels, a.outputs)
        loss = F.cross_entropy(logits.flatten(0, 1), labels.flatten())
        if gradient:
            loss.backward()

    def median(gradient):
        times = []
        for i in range(a.repeats + 2):
            start = time.perf_counter()
            with torch.set_grad_enabled(gradient):
                one(gradient)
            if i >= 2:
                times.append((time.perf_counter() - start) / (a.examples * a.batch) * 1e3)
        return statistics.median(times)

    print(f'torch {torch.__version__} threads {a.threads} side {side} kernel {a.kernel} stride {a.stride}'
          f' channels {a.channels} outputs {a.outputs} batch {a.batch} examples {a.examples}')
    print(f'forward_ms_per_example {median(False):.3f}')
    print(f'meta_gradient_ms_per_example {median(True):.3f}')


if __name__ == '__main__':
    main()
