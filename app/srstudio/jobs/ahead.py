"""Items made in a thread of their own before they are asked for, a few of them at a time."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Channel(Generic[Item]):
    """Hands items from one thread to another, some of which may wait on the way.

    Args:
        room: How many may wait.
    """

    def __init__(self, room: int) -> None:
        self._room = room
        self._waiting: deque[Item] = deque()
        self._ended = self._closed = False
        self._error: BaseException | None = None
        self._changed = threading.Condition()

    def put(self, item: Item) -> bool:
        """Hand an item on as soon as there is room; whether anybody wants more."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or len(self._waiting) < self._room)
            self._waiting.append(item)
            self._changed.notify_all()
            return not self._closed

    def end(self, error: BaseException | None = None) -> None:
        """Say that nothing more comes, and why."""
        with self._changed:
            self._ended, self._error = True, error
            self._changed.notify_all()

    def close(self) -> None:
        """Say that nothing more is wanted."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def __iter__(self) -> Iterator[Item]:
        """The items in order; raises what has ended them, after the last."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: bool(self._waiting) or self._ended)
                if not self._waiting:
                    break
                item = self._waiting.popleft()
                self._changed.notify_all()
            yield item
        if self._error is not None:
            raise self._error


def ahead(items: Iterable[Item], room: int, name: str) -> Generator[Item, None, None]:
    """The same items, made in a thread from the first on that is asked for.

    Args:
        items: Used in that thread alone; what they raise is raised here, after the items before.
        room: How many may wait.
        name: Of the thread.
    """
    channel: Channel[Item] = Channel(room)
    thread = threading.Thread(target=_work, args=(items, channel), name=name, daemon=True)
    thread.start()
    try:
        yield from channel
    finally:
        channel.close()
        thread.join()


def _work(items: Iterable[Item], channel: Channel[Item]) -> None:
    error: BaseException | None = None
    try:
        for item in items:
            if not channel.put(item):
                break
    except BaseException as raised:
        error = raised
    finally:
        if isinstance(items, Generator):
            items.close()
        channel.end(error)
