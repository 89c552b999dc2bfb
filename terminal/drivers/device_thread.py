"""The one thread of a device: everything that may block runs there, one call after the other."""

from concurrent.futures import ThreadPoolExecutor


def device_thread(name: str) -> ThreadPoolExecutor:
    """Return the executor of one device; its thread starts with the first call."""
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"device-{name}")
