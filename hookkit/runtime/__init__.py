"""Runs one hook: argv, environment and config file become values, values a call, the call products and an exit code.

The main path: `__main__` -> `supervisor` (forks; has the last word) -> `execution` (in the child) -> `target` (which
function) -> `call` (which values, by `command_line` and `config`) -> the function -> `products` -> `outcome`.
"""
