"""The language of forward passes: each operation once, exact and with gradients side by side."""
