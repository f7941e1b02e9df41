"""Fixtures shared with the tests of the stores."""

from tests.storage.disks import open_folder, small_disk

__all__ = ["open_folder", "small_disk"]
