"""The parts of a layer that act on each token alone, each with its backward pass.

x has one row a token, W is (out, in), g is the gradient arriving from above. The base is frozen: gradients go to
the inputs and the adapters only.
"""

from dataclasses import dataclass

import numpy as np

from trainer.engine.lora import Site
from trainer.engine.shape import Array


def rms_norm(x: Array, weight: Array, epsilon: float) -> tuple[Array, Array]:
    """x ⊙ ρ ⊙ w with ρ = 1 / √(mean(x²) + ε) for each row; gives the result and ρ."""
    rho = 1 / np.sqrt(np.mean(x * x, axis=-1, keepdims=True) + epsilon)
    return x * rho * weight, rho


def rms_norm_backward(g: Array, x: Array, rho: Array, weight: Array) -> Array:
    """The gradient of the norm's input: ρ h − x ρ³ mean(h ⊙ x), with h = g ⊙ w."""
    h = g * weight
    gradient: Array = rho * h - x * (rho**3 * np.mean(h * x, axis=-1, keepdims=True))
    return gradient


def linear(x: Array, weight: Array, site: Site | None, scale: float) -> tuple[Array, Array]:
    """x Wᵀ, plus scale (x A) B where there is an adapter; gives the result and x A (empty where there is none)."""
    y = x @ weight.T
    if site is None:
        return y, x[:, :0]
    low = x @ site.a
    for b, columns, outs in site.parts():
        y[:, outs] += (scale * low[:, columns]) @ b
    return y, low


@dataclass(frozen=True, slots=True)
class LinearStep:
    """What the forward pass of one adapted projection leaves for its backward pass."""

    x: Array
    low: Array
    weight: Array
    site: Site
    gradient: Site
    scale: float

    def backward(self, g: Array) -> Array:
        """Add to the adapter's gradient and give that of the input."""
        return g @ self.weight + self.learn(g) @ self.site.a.T

    def learn(self, g: Array) -> Array:
        """Add to the adapter's gradient only, and give the gradient of x A."""
        low_gradient = np.empty_like(self.low)
        for (b, columns, outs), b_gradient in zip(self.site.parts(), self.gradient.bs, strict=True):
            part = g[:, outs]
            b_gradient[:] += self.scale * (self.low[:, columns].T @ part)
            low_gradient[:, columns] = self.scale * (part @ b.T)
        self.gradient.a[:] += self.x.T @ low_gradient
        return low_gradient


def silu_product(gate_up: Array) -> tuple[Array, Array]:
    """silu(gate) ⊙ up for the fused halves, and σ(gate)."""
    gate, up = np.split(gate_up, 2, axis=-1)
    sigma = 0.5 * np.tanh(0.5 * gate) + 0.5  # The logistic function, in the form that cannot overflow.
    return gate * sigma * up, sigma


def silu_product_backward(g: Array, gate_up: Array, sigma: Array) -> Array:
    """The gradient of both fused halves."""
    gate, up = np.split(gate_up, 2, axis=-1)
    slope = sigma * (1 + gate * (1 - sigma))
    return np.concatenate((g * up * slope, g * gate * sigma), axis=-1)
