"""A cache of its own for each test, and small images made in it."""

import pytest
from realparts.images import small_image

from hookkit.cache import Cache
from hookkit.image.oci.model import Image


@pytest.fixture
def image(cache: Cache) -> Image:
    return small_image(cache)
