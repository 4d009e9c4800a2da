"""Runs one hook: argv, environment and config file become values, values a call, the call outputs and an exit code."""
