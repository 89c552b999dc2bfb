"""Small PNG files for tests."""

import io

from PIL import Image

BLACK, WHITE = 0, 255


def png(image: Image.Image) -> bytes:
    """Return the file of an image."""
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def grey_png(width: int, height: int, *greys: int) -> bytes:
    """Return a PNG of greys (0 = black), row by row; without any, it is black all over."""
    image = Image.new("L", (width, height), BLACK)
    if greys:
        image.putdata(greys)
    return png(image)
