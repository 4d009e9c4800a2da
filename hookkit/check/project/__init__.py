"""A hook's project becomes findings before it runs: its code is read, and not imported where that can be helped."""
