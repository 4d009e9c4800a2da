"""What images are built on: where bases come from, what they hold, what has to fit them."""
