"""What a hook needs of Python, for an image: wheels, the virtual environment, bytecode."""
